import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Enrolment, LocalAccount, LocalAccounts } from '../../src/application/ports/local-accounts.js';
import type { LocalSessions } from '../../src/application/ports/local-sessions.js';
import type { MemberDirectory } from '../../src/application/ports/member-directory.js';
import { byTheGateway } from '../../src/domain/activity/activity-entry.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { firstBroken } from './activity-chain.js';
import type { LoggedEntry } from './activity-chain.js';

export interface LocalAccountsUnderTest {
  readonly accounts: LocalAccounts;
  /** Where people are signed in. */
  readonly sessions: LocalSessions;
  /** Where enrolled members can be seen. */
  readonly members: MemberDirectory;
  /** The whole log of a customer, first entry first. */
  activity(customerId: string): Promise<readonly LoggedEntry[]>;
  close(): Promise<void>;
}

const ids = new UuidIds();
const start = new Date('2026-11-23T12:00:00.123Z');

const accountOf = (email: string): LocalAccount => ({
  id: ids.uuid(),
  email,
  name: 'Ada',
  passwordHash: '$scrypt$…',
  createdAt: start,
  lastSignInAt: null,
});

export function describeLocalAccountsContract(
  name: string,
  open: () => Promise<LocalAccountsUnderTest>,
): void {
  describe(`local accounts in ${name}`, () => {
    let store: LocalAccountsUnderTest;

    beforeEach(async () => {
      store = await open();
    });

    afterEach(() => store.close());

    /** Answers its id, also when it was not opened. */
    async function openSession({ id: accountId, passwordHash }: LocalAccount): Promise<string> {
      const id = ids.uuid();
      await store.sessions.open({ id, accountId, passwordHash, startedAt: start, refreshTokenHash: id });
      return id;
    }

    it('are found by their address', async () => {
      const ada = accountOf('ada@example.com');
      expect(await store.accounts.isEmpty()).toBe(true);
      expect(await store.accounts.add(ada)).toBe(true);
      expect(await store.accounts.isEmpty()).toBe(false);
      expect(await store.accounts.findByEmail('ada@example.com')).toEqual(ada);
      expect(await store.accounts.findByEmail("' or true --")).toBeNull();
    });

    it('have an address each', async () => {
      const [first, second] = [accountOf('ada@example.com'), accountOf('ada@example.com')];
      const added = await Promise.all([store.accounts.add(first), store.accounts.add(second)]);
      expect([...added].sort()).toEqual([false, true]);
    });

    it('get another password from a session of theirs, which alone goes on', async () => {
      const [ada, bob] = [accountOf('ada@example.com'), accountOf('bob@example.com')];
      await Promise.all([store.accounts.add(ada), store.accounts.add(bob)]);
      const [here, there, bobs] = [await openSession(ada), await openSession(ada), await openSession(bob)];
      const changed = { ...ada, passwordHash: 'another', lastSignInAt: start };
      expect(await store.accounts.changePassword(here, 'another')).toEqual(changed);
      expect(await store.accounts.findByEmail(ada.email)).toEqual(changed);
      const living = await Promise.all([here, there, bobs].map((id) => store.sessions.find(id)));
      expect(living.map((session) => session?.account.email ?? null)).toEqual([ada.email, null, bob.email]);
      expect(await store.accounts.findByEmail(bob.email)).toMatchObject({ passwordHash: bob.passwordHash });
      for (const ended of [there, ids.uuid(), 'no uuid'])
        expect(await store.accounts.changePassword(ended, 'a third one')).toBeNull();
    });

    it('keep no session that the former password opened at the same moment', async () => {
      const ada = accountOf('ada@example.com');
      await store.accounts.add(ada);
      const here = await openSession(ada);
      const [changed, ...opened] = await Promise.all([
        store.accounts.changePassword(here, 'another'),
        ...Array.from({ length: 8 }, () => openSession(ada)),
      ]);
      expect(changed).toMatchObject({ passwordHash: 'another' });
      const living = await Promise.all(opened.map((id) => store.sessions.find(id)));
      expect(living.filter((session) => session !== null)).toEqual([]);
      expect(await store.sessions.find(here)).not.toBeNull();
    });

    it('have one first among many that are added at the same moment', async () => {
      const customers: string[] = [];
      const candidates = Array.from({ length: 8 }, (_, index) =>
        accountOf(`admin${String(index)}@example.com`),
      );
      const added = await Promise.all(
        candidates.map((account) =>
          store.accounts.addFirst(account, (enrolment) => enrol(enrolment, account, customers)),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      const memberships = await Promise.all(candidates.map(({ id }) => store.members.membershipsOf(id)));
      expect(memberships.flat()).toEqual([
        { customerId: customers[0], customerName: 'First', name: 'Ada', role: 'admin' },
      ]);
      expect(customers).toHaveLength(1);
      const log = await store.activity(customers[0] ?? '');
      expect(log.map(({ kind, actor }) => [kind, actor.kind])).toEqual([
        ['customer.created', 'gateway'],
        ['member.added', 'gateway'],
      ]);
      expect(firstBroken(log)).toBeNull();
    });

    it('have a first with all that belongs to it, or none', async () => {
      const customers: string[] = [];
      const ada = accountOf('ada@example.com');
      const failing = store.accounts.addFirst(ada, async (enrolment) => {
        await enrol(enrolment, ada, customers);
        throw new Error('not today');
      });
      await expect(failing).rejects.toThrow('not today');
      expect(await store.accounts.isEmpty()).toBe(true);
      expect(await store.members.membershipsOf(ada.id)).toEqual([]);
      expect(await store.activity(customers[0] ?? '')).toEqual([]);
      expect(await store.accounts.addFirst(ada, () => Promise.resolve())).toBe(true);
    });
  });
}

async function enrol(
  { members, record }: Enrolment,
  account: LocalAccount,
  customers: string[],
): Promise<void> {
  const id = ids.uuid();
  customers.push(id);
  const entry = { customerId: id, ...byTheGateway, data: {} };
  // Recorded before the customer is there: entries wait for everything else.
  record({ ...entry, kind: 'customer.created', subject: { kind: 'customer', id } });
  record({ ...entry, kind: 'member.added', subject: { kind: 'member', id: account.id } });
  await members.addCustomer({ id, name: 'First', createdAt: start });
  await members.putMember({ customerId: id, userId: account.id, name: account.name, role: 'admin' });
}
