import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DispatchQueue } from '../../src/application/ports/dispatch-queue.js';
import type { OpenDispatchQueue } from './dispatch-queue.contract.js';
import { device, drop, hold, offer } from './placements.js';

const numbered = (count: number) => Array.from({ length: count }, (_, n) => n);
/** Ids whose letters run against their ranks. */
const against = (n: number): string => `c${String(999 - n)}`;

/** The part of the contract of a dispatch queue that is about many, equals, and places taken before. */
export function describeEdges(current: () => OpenDispatchQueue): void {
  describe('at its edges', () => {
    let queue: DispatchQueue;
    let attempts = 0;
    beforeEach(() => {
      ({ queue } = current());
    });
    const take = async (attemptId = `edge-${String((attempts += 1))}`, limit = 10) =>
      queue.take(device, { limit, holdMs: 1_000, dueInMs: 1_000, attemptId, anew: false });
    const takenIds = async (attemptId?: string, limit?: number) => (await take(attemptId, limit)).commandIds;

    it.each([
      ['holds', (n: number) => hold(against(n), n, `attempt-${String(n % 7)}`, 1_000)],
      ['delays', (n: number) => offer(against(n), n, { delayMs: 1_000 })],
    ])('gives the lowest rank first of many whose %s are over at once', async (_, placed) => {
      await queue.place(numbered(60).map(placed));
      expect(await takenIds()).toEqual([]);
      current().advance(1_000);
      expect(await takenIds()).toEqual(numbered(10).map(against));
      expect(await takenIds()).toEqual(numbered(20).slice(10).map(against));
    });

    it('never says that something became available in the past', async () => {
      await queue.place(numbered(600).map((n) => hold(against(n), n, `attempt-${String(n)}`, 1_000)));
      current().advance(5_000);
      const { commandIds, nextInMs } = await take();
      expect(commandIds).toHaveLength(10);
      expect(nextInMs ?? 0).toBeGreaterThanOrEqual(0);
    });

    it('answers a repeated attempt in the order of the ranks', async () => {
      await queue.place([offer('b', 10), offer('c', 5), offer('a', 20)]);
      expect(await takenIds('again')).toEqual(['c', 'b', 'a']);
      expect(await takenIds('again')).toEqual(['c', 'b', 'a']);
    });

    it('orders equal ranks by their ids, at first and repeated', async () => {
      const ids = ['h', 'b', 'g', 'a', 'f', 'c', 'e', 'd'];
      await queue.place(ids.map((id) => offer(id, 10)));
      const sorted = [...ids].sort();
      expect(await takenIds('again')).toEqual(sorted);
      expect(await takenIds('again')).toEqual(sorted);
    });

    it('finds what an attempt holds among the holds of a hundred others', async () => {
      const others = numbered(100).flatMap((n) => [
        hold(`early-${String(n)}`, n, `a${String(n)}`, 60_000),
        hold(`late-${String(n)}`, n, `z${String(n)}`, 60_000),
      ]);
      await queue.place([...others, hold('mine', 500, 'middle', 60_000), offer('free', 501)]);
      expect(await takenIds('middle')).toEqual(['mine']);
    });

    it('keeps what is placed in hold from everybody else, wherever it stood', async () => {
      await queue.place([offer('a', 10), offer('b', 20, { delayMs: 500 }), hold('c', 30, 'first', 60_000)]);
      await queue.place(['a', 'b', 'c'].map((id, n) => hold(id, 10 * (n + 1), 'second', 60_000)));
      expect(await queue.depth(device)).toEqual({ waiting: 0, held: 3 });
      current().advance(500);
      expect(await takenIds()).toEqual([]);
      expect(await takenIds('first')).toEqual([]);
      expect(await takenIds('second')).toEqual(['a', 'b', 'c']);
    });

    it('hides for a millisecond what is delayed by one', async () => {
      await queue.place([offer('a', 10, { delayMs: 1 })]);
      expect(await take()).toMatchObject({ commandIds: [], nextInMs: 1 });
      current().advance(1);
      expect(await takenIds()).toEqual(['a']);
    });

    it('shows when what is held is due', async () => {
      await queue.place([hold('a', 10, 'first', 60_000, 100)]);
      current().advance(99);
      expect(await queue.takeDue(10, 5_000)).toEqual([]);
      current().advance(1);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId: device, commandId: 'a' }]);
    });

    it('forgets the holds of an attempt that are over, however many it had', async () => {
      await queue.place(numbered(80).map((n) => hold(against(n), n, 'busy', 1_000)));
      await queue.place(numbered(80).map((n) => drop(against(n))));
      await queue.place([hold('newest', 900, 'busy', 1_000)]);
      expect(await takenIds('busy')).toEqual(['newest']);
      current().advance(1_000);
      expect(await takenIds('another')).toEqual(['newest']);
      expect(await takenIds('busy')).toEqual([]);
    });
  });
}
