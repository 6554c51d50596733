import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { IdempotencyScope } from '../../src/application/ports/idempotency-records.js';
import { newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const newScope = (given: Partial<IdempotencyScope> = {}): IdempotencyScope => ({
  customerId: newId(),
  actorId: 'robin',
  operation: 'POST /devices/provision',
  key: 'key-1',
  ...given,
});

export function describeIdempotencyRecordsContract(name: string, open: OpenRecord): void {
  describe(`idempotency records: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const answer = { status: 201, body: '{"code":"ABCD-EFGH","nul":"\\u0000"}' };

    it('replays the first answer to the same body', async () => {
      const scope = newScope();
      expect(await record.idempotency.begin(scope, 'body', 'op-1')).toEqual({
        kind: 'first',
        operationId: 'op-1',
      });
      await record.idempotency.keep(scope, answer);
      expect(await record.peer.idempotency.begin(scope, 'body', 'op-2')).toEqual({ kind: 'replay', answer });
    });

    it('refuses the key with another body, answered or not', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      expect(await record.idempotency.begin(scope, 'other', 'op-2')).toEqual({ kind: 'mismatch' });
      await record.idempotency.keep(scope, answer);
      expect(await record.idempotency.begin(scope, 'other', 'op-2')).toEqual({ kind: 'mismatch' });
    });

    it('lets one of many tries made at once go on', async () => {
      const scope = newScope();
      const starts = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).idempotency.begin(scope, 'body', `op-${n}`),
        ),
      );
      expect(starts.filter(({ kind }) => kind === 'first')).toHaveLength(1);
      expect(starts.filter(({ kind }) => kind === 'in_progress')).toHaveLength(19);
    });

    it('lets the next try go on with the same operation id when the first has died', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.advance(minuteMs - 5_000);
      expect(await record.idempotency.begin(scope, 'body', 'op-2')).toEqual({ kind: 'in_progress' });
      await record.advance(5_000);
      expect(await record.idempotency.begin(scope, 'other', 'op-3')).toEqual({ kind: 'mismatch' });
      expect(await record.peer.idempotency.begin(scope, 'body', 'op-4')).toEqual({
        kind: 'first',
        operationId: 'op-1',
      });
      expect(await record.idempotency.begin(scope, 'body', 'op-5')).toEqual({ kind: 'in_progress' });
    });

    it('frees a key whose first try was refused, and never an answered one', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.idempotency.free(scope);
      expect(await record.idempotency.begin(scope, 'other', 'op-2')).toEqual({
        kind: 'first',
        operationId: 'op-2',
      });
      await record.idempotency.keep(scope, answer);
      await record.idempotency.free(scope);
      expect((await record.idempotency.begin(scope, 'other', 'op-3')).kind).toBe('replay');
    });

    it('lets one next try go on at once, with the same operation id, when the first lets go', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.idempotency.letGo(scope);
      expect(await record.idempotency.begin(scope, 'other', 'op-2')).toEqual({ kind: 'mismatch' });
      const starts = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).idempotency.begin(scope, 'body', `op-${n + 3}`),
        ),
      );
      expect(starts.filter(({ kind }) => kind === 'first')).toEqual([{ kind: 'first', operationId: 'op-1' }]);
      expect(starts.filter(({ kind }) => kind === 'in_progress')).toHaveLength(9);
      await record.idempotency.keep(scope, answer);
      expect(await record.idempotency.begin(scope, 'body', 'op-20')).toEqual({ kind: 'replay', answer });
    });

    it('lets go again and again, of no other key, and never of an answered one', async () => {
      const [scope, other] = [newScope(), newScope()];
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.idempotency.begin(other, 'body', 'op-1');
      for (const next of ['op-2', 'op-3']) {
        await record.idempotency.letGo(scope);
        await record.idempotency.letGo(scope);
        expect(await record.idempotency.begin(scope, 'body', next)).toEqual({
          kind: 'first',
          operationId: 'op-1',
        });
      }
      expect(await record.idempotency.begin(other, 'body', 'op-2')).toEqual({ kind: 'in_progress' });
      await record.idempotency.keep(scope, answer);
      await record.idempotency.letGo(scope);
      expect(await record.idempotency.begin(scope, 'body', 'op-4')).toEqual({ kind: 'replay', answer });
    });

    it('has nothing to let go of where nobody began', async () => {
      const scope = newScope();
      await record.idempotency.letGo(scope);
      expect(await record.idempotency.begin(scope, 'body', 'op-1')).toEqual({
        kind: 'first',
        operationId: 'op-1',
      });
    });

    it('keeps the first answer when two tries answer', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.idempotency.keep(scope, answer);
      await record.idempotency.keep(scope, { status: 500, body: 'late' });
      expect(await record.idempotency.begin(scope, 'body', 'op-2')).toEqual({ kind: 'replay', answer });
    });

    it('never lets the keys of different customers, people or operations meet', async () => {
      const scope = newScope();
      const others = [
        { customerId: newId() },
        { actorId: 'kim' },
        { operation: 'POST /x' },
        { key: 'key-2' },
      ];
      await record.idempotency.begin(scope, 'body', 'op-1');
      for (const other of others) {
        const start = await record.idempotency.begin({ ...scope, ...other }, 'other', 'op-2');
        expect(start).toEqual({ kind: 'first', operationId: 'op-2' });
      }
      // Neither do their answers, and nobody lets go of another one's, or frees it.
      for (const other of others) {
        await record.idempotency.letGo({ ...scope, ...other });
        await record.idempotency.free({ ...scope, ...other });
      }
      expect(await record.idempotency.begin(scope, 'body', 'op-3')).toEqual({ kind: 'in_progress' });
      for (const other of others) await record.idempotency.begin({ ...scope, ...other }, 'other', 'op-4');
      await record.idempotency.keep(scope, answer);
      for (const other of others) {
        const start = await record.idempotency.begin({ ...scope, ...other }, 'other', 'op-5');
        expect(start).toEqual({ kind: 'in_progress' });
      }
    });

    it('forgets a key after 24 hours', async () => {
      const scope = newScope();
      await record.idempotency.begin(scope, 'body', 'op-1');
      await record.idempotency.keep(scope, answer);
      await record.idempotency.purge();
      await record.advance(dayMs - minuteMs);
      expect((await record.idempotency.begin(scope, 'body', 'op-2')).kind).toBe('replay');
      await record.advance(minuteMs);
      expect(await record.idempotency.begin(scope, 'other', 'op-3')).toEqual({
        kind: 'first',
        operationId: 'op-3',
      });
      // From then on it is a new one: neither what it was asked for before nor the old answer is left.
      expect(await record.idempotency.begin(scope, 'other', 'op-4')).toEqual({ kind: 'in_progress' });
      expect(await record.idempotency.begin(scope, 'body', 'op-4')).toEqual({ kind: 'mismatch' });
      await record.idempotency.keep(scope, answer);
      await record.advance(dayMs - minuteMs);
      expect(await record.idempotency.begin(scope, 'other', 'op-5')).toEqual({ kind: 'replay', answer });
      await record.advance(minuteMs);
      const old = newScope();
      await record.idempotency.begin(old, 'body', 'op-1');
      await record.advance(dayMs);
      expect(await record.idempotency.purge()).toBeGreaterThanOrEqual(2);
      expect(await record.idempotency.purge()).toBe(0);
    });
  });
}
