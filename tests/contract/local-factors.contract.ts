import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalAccount, LocalAccounts } from '../../src/application/ports/local-accounts.js';
import type { FactorUse, LocalFactors } from '../../src/application/ports/local-factors.js';
import type { LocalSessions } from '../../src/application/ports/local-sessions.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';

export interface LocalFactorsUnderTest {
  readonly factors: LocalFactors;
  /** Whose they are. */
  readonly accounts: LocalAccounts;
  /** In which they are used. */
  readonly sessions: LocalSessions;
  close(): Promise<void>;
}

const ids = new UuidIds();
const start = new Date('2026-11-23T12:00:00.123Z');
const later = (milliseconds: number) => new Date(start.getTime() + milliseconds);

export function describeLocalFactorsContract(name: string, open: () => Promise<LocalFactorsUnderTest>): void {
  describe(`local factors in ${name}`, () => {
    let store: LocalFactorsUnderTest;
    let ada: LocalAccount;
    let serial = 0;

    beforeEach(async () => {
      store = await open();
      ada = await newAccount();
    });

    afterEach(() => store.close());

    async function newAccount(): Promise<LocalAccount> {
      const id = ids.uuid();
      const email = `${id}@example.com`;
      const dates = { createdAt: start, lastSignInAt: start };
      const account = { id, email, name: 'Ada', passwordHash: '$scrypt$…', ...dates };
      await store.accounts.add(account);
      return account;
    }

    async function newSession(account = ada): Promise<string> {
      serial += 1;
      const id = ids.uuid();
      const refreshTokenHash = `token ${String(serial)}`;
      const { id: accountId, passwordHash } = account;
      await store.sessions.open({ id, accountId, passwordHash, startedAt: start, refreshTokenHash });
      return id;
    }

    const factorOf = (factorName: string, { account = ada, createdAt = start } = {}) => ({
      id: ids.uuid(),
      accountId: account.id,
      name: factorName,
      sealedSecret: `sealed ${factorName}`,
      createdAt,
    });
    const add = (factor: ReturnType<typeof factorOf>, unverifiedSince = start) =>
      store.factors.add({ factor, unverifiedSince, most: 3 });

    async function newFactor(factorName: string, account = ada): Promise<string> {
      const factor = factorOf(factorName, { account });
      expect(await add(factor)).toBe('added');
      return factor.id;
    }

    async function challenge(factorId: string, sessionId: string): Promise<string> {
      const id = ids.uuid();
      const times = { at: start, expiresAt: later(300_000) };
      expect(await store.factors.challenge({ id, factorId, sessionId, ...times })).toBe(true);
      return id;
    }

    /** Of a fresh challenge unless one is named. */
    async function use(factorId: string, sessionId: string, changes: Partial<FactorUse> = {}) {
      serial += 1;
      const challengeId = changes.challengeId ?? (await challenge(factorId, sessionId));
      return store.factors.use({
        ...{ challengeId, factorId, sessionId, accountId: ada.id, step: serial, at: start },
        nextTokenHash: `next ${String(serial)}`,
        ...changes,
      });
    }

    const namesOf = async (account = ada) =>
      (await store.factors.listOf(account.id)).map((factor) => factor.name);
    const alive = async (sessionIds: readonly string[]) => {
      const found = await Promise.all(sessionIds.map((id) => store.sessions.find(id)));
      return found.map((session) => session !== null);
    };

    it('belong to an account, oldest first, and are unverified at the beginning', async () => {
      const [phone, tablet] = [factorOf('phone', { createdAt: later(1) }), factorOf('tablet')];
      expect([await add(phone), await add(tablet)]).toEqual(['added', 'added']);
      expect(await store.factors.listOf(ada.id)).toEqual([
        { ...tablet, verifiedAt: null },
        { ...phone, verifiedAt: null },
      ]);
      expect(await namesOf(await newAccount())).toEqual([]);
    });

    it('have a name each within an account', async () => {
      await newFactor('phone');
      expect(await add(factorOf('phone'))).toBe('name_taken');
      await newFactor('phone', await newAccount());
    });

    it('are no more than there may be, however many are added at once', async () => {
      const added = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((each) => add(factorOf(each))));
      expect(added.filter((answer) => answer === 'added')).toHaveLength(3);
      expect(added.filter((answer) => answer === 'too_many')).toHaveLength(2);
      expect(await namesOf()).toHaveLength(3);
    });

    it('make room when nobody has verified them in time', async () => {
      const used = await newFactor('used');
      await use(used, await newSession());
      await add(factorOf('abandoned'));
      expect(await add(factorOf('abandoned'), start)).toBe('name_taken');
      const bob = await newAccount();
      await newFactor('of Bob', bob);
      expect(await add(factorOf('abandoned', { createdAt: later(2) }), later(1))).toBe('added');
      expect(await namesOf()).toEqual(['used', 'abandoned']);
      expect(await namesOf(bob)).toEqual(['of Bob']);
    });

    it('are verified by their first use, which the session remembers', async () => {
      const [factorId, sessionId] = [await newFactor('phone'), await newSession()];
      expect(await store.sessions.find(sessionId)).toMatchObject({ factorUsedAt: null });
      const used = await use(factorId, sessionId, { at: later(5) });
      expect(used).toEqual({ id: sessionId, startedAt: start, factorUsedAt: later(5), account: ada });
      expect(await store.sessions.find(sessionId)).toEqual(used);
      expect(await store.factors.listOf(ada.id)).toMatchObject([{ verifiedAt: later(5) }]);
      expect(await use(factorId, sessionId, { at: later(9) })).toMatchObject({ factorUsedAt: later(9) });
      expect(await store.factors.listOf(ada.id)).toMatchObject([{ verifiedAt: later(5) }]);
    });

    it('leave what they were used for to the next refresh token, and use up the one before', async () => {
      const [factorId, sessionId] = [await newFactor('phone'), await newSession()];
      const first = `token ${String(serial)}`;
      const rotate = (presentedHash: string, milliseconds: number) =>
        store.sessions.rotate({
          ...{ presentedHash, nextHash: `${presentedHash}, then`, at: later(milliseconds) },
          reusableSince: later(milliseconds - 10_000),
        });
      expect(await rotate(first, 0)).toMatchObject({ id: sessionId, factorUsedAt: null });
      const before = `${first}, then`;
      await use(factorId, sessionId, { nextTokenHash: 'after', at: later(5_000) });
      expect(await rotate('after', 5_001)).toMatchObject({ id: sessionId, factorUsedAt: later(5_000) });
      expect(await rotate(before, 14_999)).toMatchObject({ id: sessionId });
      // What was used up before counts from then on.
      expect(await rotate(first, 10_001)).toBe('reused');
    });

    it('take each time step once, and none that is older', async () => {
      const [factorId, sessionId] = [await newFactor('phone'), await newSession()];
      expect(await use(factorId, sessionId, { step: 100 })).toMatchObject({ id: sessionId });
      expect(await use(factorId, sessionId, { step: 100 })).toBe('replayed');
      expect(await use(factorId, sessionId, { step: 99 })).toBe('replayed');
      expect(await use(factorId, sessionId, { step: 101 })).toMatchObject({ id: sessionId });
    });

    it('take a code once also when it comes from many sides at the same moment', async () => {
      const factorId = await newFactor('phone');
      const sessions = await Promise.all(Array.from({ length: 6 }, () => newSession()));
      const tries = await Promise.all(
        sessions.map(async (sessionId) => ({
          sessionId,
          challengeId: await challenge(factorId, sessionId),
        })),
      );
      const answers = await Promise.all(
        tries.map(({ sessionId, challengeId }) => use(factorId, sessionId, { challengeId, step: 7 })),
      );
      expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(1);
    });

    it('take a challenge once, within its time, in its session and of its factor', async () => {
      const [phone, tablet] = [await newFactor('phone'), await newFactor('tablet')];
      const [here, there] = [await newSession(), await newSession()];
      const challengeId = await challenge(phone, here);
      expect(await use(phone, here, { challengeId: ids.uuid() })).toBe('unknown');
      expect(await use(phone, here, { challengeId: 'no uuid' })).toBe('unknown');
      expect(await use(phone, there, { challengeId })).toBe('unknown');
      expect(await use(tablet, here, { challengeId })).toBe('unknown');
      expect(await use(phone, here, { challengeId, accountId: (await newAccount()).id })).toBe('unknown');
      expect(await use(phone, here, { challengeId, at: later(300_000) })).toBe('expired');
      expect(await use(phone, here, { challengeId, at: later(299_999) })).toMatchObject({ id: here });
      expect(await use(phone, here, { challengeId })).toBe('unknown');
    });

    it('are challenged only while they and the session are there, by their own person', async () => {
      const [factorId, sessionId] = [await newFactor('phone'), await newSession()];
      const strangers = await newSession(await newAccount());
      const times = { at: start, expiresAt: later(300_000) };
      const tried = (factor: string, session: string) =>
        store.factors.challenge({ id: ids.uuid(), factorId: factor, sessionId: session, ...times });
      expect(await tried(factorId, sessionId)).toBe(true);
      expect(await tried(factorId, strangers)).toBe(false);
      expect(await tried(ids.uuid(), sessionId)).toBe(false);
      expect(await tried('no uuid', sessionId)).toBe(false);
      await store.sessions.end(sessionId, 'local');
      expect(await tried(factorId, sessionId)).toBe(false);
    });

    it('leave a challenge in force when another one is begun, until its time is over', async () => {
      const [phone, sessionId] = [await newFactor('phone'), await newSession()];
      const [first, second] = [await challenge(phone, sessionId), await challenge(phone, sessionId)];
      expect(await use(phone, sessionId, { challengeId: first })).toMatchObject({ id: sessionId });
      expect(await use(phone, sessionId, { challengeId: second })).toMatchObject({ id: sessionId });
      const third = await challenge(phone, sessionId);
      const tablet = await newFactor('tablet');
      const begin = (factorId: string) =>
        store.factors.challenge({
          ...{ id: ids.uuid(), factorId, sessionId },
          ...{ at: later(300_000), expiresAt: later(600_000) },
        });
      const late = { challengeId: third, at: later(300_000) };
      await begin(tablet);
      expect(await use(phone, sessionId, late)).toBe('expired');
      await begin(phone);
      expect(await use(phone, sessionId, late)).toBe('unknown');
    });

    it('end the sessions that used none, and take away what nobody verified', async () => {
      const bob = await newAccount();
      const [phone, tablet] = [await newFactor('phone'), await newFactor('tablet')];
      await newFactor('of Bob', bob);
      const [first, bobs] = [await newSession(), await newSession(bob)];
      await use(phone, first);
      const [weak, second] = [await newSession(), await newSession()];
      await use(phone, second);
      expect(await alive([first, weak, second, bobs])).toEqual([true, false, true, true]);
      expect(await namesOf()).toEqual(['phone']);
      expect(await namesOf(bob)).toEqual(['of Bob']);
      expect(await store.factors.remove(ada.id, tablet, 'any')).toBe('unknown');
    });

    it('change nothing where the code was used before', async () => {
      const [phone, weak] = [await newFactor('phone'), await newSession()];
      const strong = await newSession();
      const challengeId = await challenge(phone, strong);
      await use(phone, strong, { challengeId, step: 7 });
      const other = await newSession();
      expect(await use(phone, other, { step: 7 })).toBe('replayed');
      expect(await store.sessions.find(other)).toMatchObject({ factorUsedAt: null });
      expect(await alive([weak, strong, other])).toEqual([false, true, true]);
    });

    it('are removed by their own person, and leave the sessions that used them without', async () => {
      const bob = await newAccount();
      const [phone, sessionId] = [await newFactor('phone'), await newSession()];
      await use(phone, sessionId);
      expect(await store.factors.remove(bob.id, phone, 'any')).toBe('unknown');
      expect(await store.factors.remove(ada.id, 'no uuid', 'any')).toBe('unknown');
      expect(await store.factors.remove(ada.id, phone, 'unverified')).toBe('verified');
      expect(await store.factors.remove(ada.id, phone, 'any')).toBe('removed');
      expect(await store.factors.remove(ada.id, phone, 'any')).toBe('unknown');
      expect(await namesOf()).toEqual([]);
      expect(await store.sessions.find(sessionId)).toMatchObject({ factorUsedAt: null });
      const tablet = await newFactor('tablet');
      expect(await store.factors.remove(ada.id, tablet, 'unverified')).toBe('removed');
    });

    it('go all at once with every session of the account, and nothing of anybody else', async () => {
      const bob = await newAccount();
      const [phone, bobs] = [await newFactor('phone'), await newSession(bob)];
      await newFactor('of Bob', bob);
      const [strong] = [await newSession()];
      await use(phone, strong);
      await newFactor('tablet');
      const weak = await newSession();
      expect(await store.factors.removeAll(ada.id)).toBe(1);
      expect(await namesOf()).toEqual([]);
      expect(await alive([strong, weak, bobs])).toEqual([false, false, true]);
      expect(await namesOf(bob)).toEqual(['of Bob']);
      expect(await store.factors.removeAll(ada.id)).toBe(0);
    });
  });
}
