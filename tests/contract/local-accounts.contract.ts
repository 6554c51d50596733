import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalAccount, LocalAccounts } from '../../src/application/ports/local-accounts.js';
import type { MemberDirectory } from '../../src/application/ports/member-directory.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';

export interface LocalAccountsUnderTest {
  readonly accounts: LocalAccounts;
  /** Where enrolled members can be seen. */
  readonly members: MemberDirectory;
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

    it('have one first among many that are added at the same moment', async () => {
      const customers: string[] = [];
      const candidates = Array.from({ length: 8 }, (_, index) =>
        accountOf(`admin${String(index)}@example.com`),
      );
      const added = await Promise.all(
        candidates.map((account) =>
          store.accounts.addFirst(account, (members) => enrol(members, account, customers)),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      const memberships = await Promise.all(candidates.map(({ id }) => store.members.membershipsOf(id)));
      expect(memberships.flat()).toEqual([
        { customerId: customers[0], customerName: 'First', name: 'Ada', role: 'admin' },
      ]);
      expect(customers).toHaveLength(1);
    });

    it('have a first with all that belongs to it, or none', async () => {
      const customers: string[] = [];
      const ada = accountOf('ada@example.com');
      const failing = store.accounts.addFirst(ada, async (members) => {
        await enrol(members, ada, customers);
        throw new Error('not today');
      });
      await expect(failing).rejects.toThrow('not today');
      expect(await store.accounts.isEmpty()).toBe(true);
      expect(await store.members.membershipsOf(ada.id)).toEqual([]);
      expect(await store.accounts.addFirst(ada, () => Promise.resolve())).toBe(true);
    });
  });
}

async function enrol(members: MemberDirectory, account: LocalAccount, customers: string[]): Promise<void> {
  const id = ids.uuid();
  customers.push(id);
  await members.addCustomer({ id, name: 'First', createdAt: start });
  await members.putMember({ customerId: id, userId: account.id, name: account.name, role: 'admin' });
}
