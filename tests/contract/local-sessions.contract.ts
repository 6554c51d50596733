import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalAccount, LocalAccounts } from '../../src/application/ports/local-accounts.js';
import type { LocalSessions } from '../../src/application/ports/local-sessions.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';

export interface LocalSessionsUnderTest {
  readonly sessions: LocalSessions;
  /** Where the people of the sessions come from. */
  readonly accounts: LocalAccounts;
  close(): Promise<void>;
}

const ids = new UuidIds();
const start = new Date('2026-11-23T12:00:00.123Z');
const later = (milliseconds: number) => new Date(start.getTime() + milliseconds);

const accountOf = (email: string): LocalAccount => ({
  id: ids.uuid(),
  email,
  name: 'Ada',
  passwordHash: '$scrypt$…',
  createdAt: start,
  lastSignInAt: null,
});

export function describeLocalSessionsContract(
  name: string,
  open: () => Promise<LocalSessionsUnderTest>,
): void {
  describe(`local sessions in ${name}`, () => {
    let store: LocalSessionsUnderTest;
    let ada: LocalAccount;

    beforeEach(async () => {
      store = await open();
      ada = accountOf('ada@example.com');
      await store.accounts.add(ada);
    });

    afterEach(() => store.close());

    async function openSession(refreshTokenHash: string, account = ada): Promise<string> {
      const id = ids.uuid();
      const { id: accountId, passwordHash } = account;
      const opened = { id, accountId, passwordHash, startedAt: start, refreshTokenHash };
      expect(await store.sessions.open(opened)).toBe(true);
      return id;
    }

    const rotate = (presentedHash: string, nextHash: string, at: Date) => {
      const reusableSince = new Date(at.getTime() - 10_000);
      return store.sessions.rotate({ presentedHash, nextHash, at, reusableSince });
    };

    it('are of the person who signed in, which is noted', async () => {
      const id = await openSession('one');
      const account = { ...ada, lastSignInAt: start };
      expect(await store.sessions.find(id)).toEqual({ id, startedAt: start, factorUsedAt: null, account });
      expect(await store.accounts.findByEmail(ada.email)).toEqual(account);
      expect(await store.sessions.find(ids.uuid())).toBeNull();
      expect(await store.sessions.find('no uuid')).toBeNull();
    });

    it('are opened by the password of this moment alone', async () => {
      const id = ids.uuid();
      const opened = { id, accountId: ada.id, startedAt: start, refreshTokenHash: 'one' };
      expect(await store.sessions.open({ ...opened, passwordHash: 'of yesterday' })).toBe(false);
      expect(await store.sessions.find(id)).toBeNull();
      expect(await store.accounts.findByEmail(ada.email)).toMatchObject({ lastSignInAt: null });
    });

    it('change one refresh token for the next', async () => {
      const id = await openSession('one');
      expect(await rotate('one', 'two', later(1))).toMatchObject({ id, startedAt: start });
      expect(await rotate('two', 'three', later(100_000))).toMatchObject({ id });
      expect(await rotate('unheard of', 'four', later(2))).toBe('unknown');
    });

    it('bear a token that is used again within the window, counted from its first use', async () => {
      await openSession('one');
      await rotate('one', 'two', later(0));
      expect(await rotate('one', 'three', later(9_000))).toMatchObject({ account: { id: ada.id } });
      expect(await rotate('two', 'four', later(9_500))).toMatchObject({ account: { id: ada.id } });
      expect(await rotate('one', 'five', later(10_000))).toMatchObject({ account: { id: ada.id } });
      expect(await rotate('one', 'six', later(10_001))).toBe('reused');
    });

    it('end when a token is used again after it, with every token they had', async () => {
      const id = await openSession('one');
      const other = await openSession('other');
      await rotate('one', 'two', later(0));
      expect(await rotate('one', 'three', later(10_001))).toBe('reused');
      expect(await store.sessions.find(id)).toBeNull();
      expect(await rotate('two', 'four', later(10_002))).toBe('unknown');
      expect(await rotate('one', 'four', later(10_002))).toBe('unknown');
      expect(await store.sessions.find(other)).not.toBeNull();
    });

    it('see one token used by many at once as one use and its repetitions', async () => {
      const id = await openSession('one');
      const rotated = await Promise.all(
        Array.from({ length: 8 }, (_, index) => rotate('one', `next ${String(index)}`, later(index))),
      );
      expect(rotated.map((session) => typeof session === 'string' || session.id)).toEqual(Array(8).fill(id));
    });

    it('end alone, or all but one, or all together', async () => {
      const bob = accountOf('bob@example.com');
      await store.accounts.add(bob);
      const bobs = await openSession('bob', bob);
      const [one, two, three] = [await openSession('1'), await openSession('2'), await openSession('3')];
      const living = async () => {
        const found = await Promise.all([one, two, three].map((id) => store.sessions.find(id)));
        return found.map((session) => session !== null);
      };
      await store.sessions.end(one, 'local');
      expect(await living()).toEqual([false, true, true]);
      await store.sessions.end(one, 'global');
      expect(await living()).toEqual([false, true, true]);
      await store.sessions.end(two, 'others');
      expect(await living()).toEqual([false, true, false]);
      await store.sessions.end(two, 'global');
      expect(await living()).toEqual([false, false, false]);
      expect(await store.sessions.find(bobs)).not.toBeNull();
      expect(await rotate('2', '4', later(1))).toBe('unknown');
    });

    it('are over when nothing was heard of them for long, and what they used up is forgotten', async () => {
      const [idle, used] = [await openSession('idle'), await openSession('one')];
      await rotate('one', 'two', later(1_000));
      await rotate('two', 'three', later(5_000));
      expect(await store.sessions.forget(start)).toBe(0);
      // The idle session, and the first token of the other.
      expect(await store.sessions.forget(later(2_000))).toBe(2);
      expect(await store.sessions.forget(later(2_000))).toBe(0);
      expect(await store.sessions.find(idle)).toBeNull();
      expect(await rotate('one', 'four', later(60_000))).toBe('unknown');
      expect(await rotate('three', 'five', later(60_000))).toMatchObject({ id: used });
      // Used after it, a token still gives away who stole it.
      expect(await rotate('two', 'six', later(60_000))).toBe('reused');
    });
  });
}
