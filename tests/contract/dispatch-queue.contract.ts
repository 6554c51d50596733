import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DispatchQueue } from '../../src/application/ports/dispatch-queue.js';
import { describeEdges } from './dispatch-queue-edges.js';
import { describeEpochs } from './dispatch-queue-epochs.js';
import { device, drop, hold, offer, watch } from './placements.js';

export interface OpenDispatchQueue {
  readonly queue: DispatchQueue;
  /** Moves the store's clock on. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export function describeDispatchQueueContract(name: string, open: () => Promise<OpenDispatchQueue>): void {
  describe(`DispatchQueue: ${name}`, () => {
    let opened: OpenDispatchQueue;
    let queue: DispatchQueue;
    let attempts = 0;

    beforeEach(async () => {
      opened = await open();
      queue = opened.queue;
    });
    afterEach(() => opened.close());

    const take = (limit = 10, attemptId = `attempt-${String((attempts += 1))}`, holdMs = 1_000) =>
      queue.take(device, { limit, holdMs, attemptId, dueInMs: 5_000, anew: false });
    const takenIds = async (limit?: number, attemptId?: string) => (await take(limit, attemptId)).commandIds;

    it('has nothing for a device it never heard of', async () => {
      expect(await take()).toMatchObject({ commandIds: [], nextInMs: null });
      expect(await queue.depth(device)).toEqual({ waiting: 0, held: 0 });
    });

    it('gives the lowest rank first, whatever the order of offering', async () => {
      await queue.place([offer('c', 30), offer('a', 10), offer('b', 20)]);
      expect(await takenIds(2)).toEqual(['a', 'b']);
      expect(await takenIds()).toEqual(['c']);
    });

    it('keeps ranks apart that differ by one near the largest', async () => {
      const large = 2 ** 53 - 2;
      await queue.place([offer('a-late', large + 1), offer('b-early', large)]);
      expect(await takenIds(1)).toEqual(['b-early']);
    });

    it('keeps a command its place across retries', async () => {
      await queue.place([offer('a', 10), offer('b', 20), offer('c', 30)]);
      expect(await takenIds(1)).toEqual(['a']);
      await queue.place([offer('a', 10)]);
      expect(await takenIds()).toEqual(['a', 'b', 'c']);
    });

    it('keeps the queues of devices apart', async () => {
      await queue.place([offer('a', 10)]);
      const request = { limit: 10, anew: false, dueInMs: 5_000, holdMs: 1_000, attemptId: 'other' };
      expect((await queue.take('device-b', request)).commandIds).toEqual([]);
      expect(await takenIds()).toEqual(['a']);
    });

    it('never gives one id to two of 20 takers at once', async () => {
      const ids = Array.from({ length: 200 }, (_, n) => `c${String(n)}`);
      await queue.place(ids.map((id, rank) => offer(id, rank)));
      const perTaker = await Promise.all(Array.from({ length: 20 }, () => takenIds(10)));
      expect(perTaker.flat().sort()).toEqual([...ids].sort());
      expect(await queue.depth(device)).toEqual({ waiting: 0, held: 200 });
    });

    it('hides a taken id until its hold is over', async () => {
      await queue.place([offer('a', 10)]);
      expect(await take()).toMatchObject({ commandIds: ['a'], nextInMs: 1_000 });
      opened.advance(999);
      expect(await take()).toMatchObject({ commandIds: [], nextInMs: 1 });
      opened.advance(1);
      expect(await queue.depth(device)).toEqual({ waiting: 1, held: 0 });
      expect(await takenIds()).toEqual(['a']);
    });

    it('gives an id whose hold is over in the order of its rank', async () => {
      await queue.place([offer('a', 10)]);
      await take();
      await queue.place([offer('b', 20)]);
      opened.advance(1_000);
      expect(await takenIds()).toEqual(['a', 'b']);
    });

    it('prolongs a hold that is placed anew', async () => {
      await queue.place([offer('a', 10)]);
      await take(1, 'first');
      await queue.place([hold('a', 10, 'first', 60_000)]);
      opened.advance(59_999);
      expect(await take(1, 'second')).toMatchObject({ commandIds: [], nextInMs: 1 });
      opened.advance(1);
      expect(await takenIds(1, 'second')).toEqual(['a']);
    });

    it('answers the same attempt again with what it holds, and with nothing new', async () => {
      await queue.place([offer('b', 20), offer('a', 10), offer('c', 30)]);
      expect(await takenIds(2, 'again')).toEqual(['a', 'b']);
      expect(await takenIds(2, 'again')).toEqual(['a', 'b']);
      expect(await takenIds(2, 'another')).toEqual(['c']);
    });

    it('answers an attempt with what was placed in hold for it', async () => {
      await queue.place([hold('b', 20, 'rebuilt', 5_000), hold('a', 10, 'rebuilt', 5_000), offer('c', 5)]);
      expect(await takenIds(10, 'rebuilt')).toEqual(['a', 'b']);
    });

    it('does not mistake an attempt for one whose name begins alike', async () => {
      await queue.place([hold('a', 10, 'x|y', 5_000), hold('b', 20, 'xy', 5_000)]);
      expect(await takenIds(10, 'x')).toEqual([]);
      expect(await takenIds(10, 'x|y')).toEqual(['a']);
    });

    it('does not bring back to a repeated attempt what was dropped since', async () => {
      await queue.place([offer('a', 10), offer('b', 20)]);
      await take(2, 'again');
      await queue.place([drop('a')]);
      expect(await takenIds(2, 'again')).toEqual(['b']);
      await queue.place([drop('b')]);
      expect(await take(2, 'again')).toMatchObject({ commandIds: [], nextInMs: null });
    });

    it('does not count a hold of another attempt as one of the first', async () => {
      await queue.place([offer('a', 10)]);
      await take(1, 'first');
      opened.advance(1_000);
      await take(1, 'second');
      expect(await takenIds(1, 'first')).toEqual([]);
    });

    it('hides a delayed id until its delay is over, and says when that is', async () => {
      await queue.place([offer('a', 10, { delayMs: 500 }), offer('b', 20, { delayMs: 900 })]);
      expect(await take()).toMatchObject({ commandIds: [], nextInMs: 500 });
      expect(await queue.depth(device)).toEqual({ waiting: 2, held: 0 });
      opened.advance(500);
      expect(await take()).toMatchObject({ commandIds: ['a'], nextInMs: 400 });
    });

    it('lets the last placement count, wherever the id stood before', async () => {
      await queue.place([offer('a', 10)]);
      await queue.place([offer('a', 10, { delayMs: 500 })]);
      expect(await takenIds()).toEqual([]);
      await queue.place([offer('a', 10)]);
      expect(await takenIds()).toEqual(['a']);
      await queue.place([watch('a', 5_000)]);
      opened.advance(1_000);
      expect(await takenIds()).toEqual([]);
      expect(await queue.depth(device)).toEqual({ waiting: 0, held: 0 });
    });

    it('changes nothing when a placement is repeated', async () => {
      const placements = [
        offer('a', 10),
        hold('b', 20, 'x', 1_000),
        offer('c', 30, { delayMs: 1_000 }),
        drop('d'),
      ];
      await queue.place(placements);
      await queue.place([...placements, ...placements]);
      expect(await queue.depth(device)).toEqual({ waiting: 2, held: 1 });
      expect(await takenIds()).toEqual(['a']);
    });

    it('shows a due command once, and again after the time to retry', async () => {
      await queue.place([watch('a', 100), offer('b', 10, { dueInMs: 200 })]);
      expect(await queue.takeDue(10, 5_000)).toEqual([]);
      opened.advance(100);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId: device, commandId: 'a' }]);
      opened.advance(100);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId: device, commandId: 'b' }]);
      expect(await queue.takeDue(10, 5_000)).toEqual([]);
      opened.advance(4_900);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId: device, commandId: 'a' }]);
    });

    it('forgets a deadline that is dropped, or placed as never', async () => {
      await queue.place([watch('a', 100), offer('b', 10, { dueInMs: 100 })]);
      await queue.place([drop('a'), offer('b', 10)]);
      opened.advance(100);
      expect(await queue.takeDue(10, 5_000)).toEqual([]);
    });

    it('shows no more due commands than asked for, and hides none of the others', async () => {
      const placements = Array.from({ length: 300 }, (_, n) => ({
        ...watch(`c${String(n)}`, 0),
        deviceId: `device-${String(n % 7)}`,
      }));
      await queue.place(placements);
      const seen: string[] = [];
      for (const limit of [1, 99, 100, 200]) {
        const due = await queue.takeDue(limit, 60_000);
        expect(due.length).toBe(Math.min(limit, 300 - seen.length));
        seen.push(...due.map(({ commandId }) => commandId));
      }
      expect(new Set(seen).size).toBe(300);
    });

    it('gives nothing new to an attempt whose ids were placed in hold for it, though none are left', async () => {
      await queue.place([offer('a', 10), offer('b', 20)]);
      expect(await takenIds(1, 'again')).toEqual(['a']);
      await queue.place([hold('a', 10, 'again', 60_000)]);
      await queue.place([drop('a')]);
      expect(await takenIds(1, 'again')).toEqual([]);
      expect(await takenIds(1, 'another')).toEqual(['b']);
    });

    it('still remembers what an attempt got when the attempt asked in vain meanwhile', async () => {
      await queue.place([offer('a', 10)]);
      expect(await takenIds(1, 'again')).toEqual(['a']);
      await queue.place([drop('a')]);
      expect(await takenIds(1, 'again')).toEqual([]);
      await queue.place([offer('b', 20)]);
      expect(await takenIds(1, 'again')).toEqual([]);
      expect(await takenIds(1, 'another')).toEqual(['b']);
    });

    it('lets an attempt take others only when it goes on after ids that were not claimable', async () => {
      const attempt = { limit: 1, holdMs: 1_000, dueInMs: 1_000, attemptId: 'goes-on' };
      await queue.place([offer('a', 10), offer('b', 20)]);
      expect((await queue.take(device, { ...attempt, anew: false })).commandIds).toEqual(['a']);
      await queue.place([drop('a')]);
      expect((await queue.take(device, { ...attempt, anew: false })).commandIds).toEqual([]);
      expect((await queue.take(device, { ...attempt, anew: true })).commandIds).toEqual(['b']);
      await queue.place([drop('b')]);
      // Having got nothing in the end, it is as good as a new one.
      expect((await queue.take(device, { ...attempt, anew: true })).commandIds).toEqual([]);
      await queue.place([offer('c', 30)]);
      expect((await queue.take(device, { ...attempt, anew: false })).commandIds).toEqual(['c']);
    });

    it('takes an attempt that went on in vain for a new one, also while others hold what there is', async () => {
      const attempt = { limit: 1, holdMs: 1_000, dueInMs: 1_000, attemptId: 'goes-on' };
      await queue.place([offer('a', 10), hold('b', 20, 'another', 60_000)]);
      expect((await queue.take(device, { ...attempt, anew: false })).commandIds).toEqual(['a']);
      await queue.place([drop('a')]);
      expect((await queue.take(device, { ...attempt, anew: true })).commandIds).toEqual([]);
      await queue.place([offer('c', 30)]);
      expect((await queue.take(device, { ...attempt, anew: false })).commandIds).toEqual(['c']);
    });

    it('sets what is taken a deadline of its own', async () => {
      await queue.place([offer('a', 10)]);
      await queue.take(device, { limit: 1, holdMs: 9_000, dueInMs: 2_000, attemptId: 'x', anew: false });
      opened.advance(1_999);
      expect(await queue.takeDue(10, 5_000)).toEqual([]);
      opened.advance(1);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId: device, commandId: 'a' }]);
      expect(await takenIds()).toEqual([]);
    });

    it('remembers for 5 minutes that ids were placed in hold for an attempt', async () => {
      await queue.place([hold('a', 10, 'again', 1_000)]);
      await queue.place([drop('a'), offer('b', 20)]);
      opened.advance(299_999);
      expect(await takenIds(1, 'again')).toEqual([]);
      opened.advance(1);
      expect(await takenIds(1, 'again')).toEqual(['b']);
    });

    it('answers an attempt with what it holds for longer than that, and with nothing new', async () => {
      await queue.place([hold('a', 10, 'long', 3_600_000), offer('b', 20)]);
      opened.advance(300_000);
      expect(await takenIds(10, 'long')).toEqual(['a']);
    });

    it('takes a placement in hold for ids that the attempt got', async () => {
      await queue.place([hold('a', 10, 'rebuilt', 5_000), offer('b', 20)]);
      await queue.place([drop('a')]);
      expect(await takenIds(10, 'rebuilt')).toEqual([]);
      opened.advance(299_000);
      await queue.place([hold('c', 30, 'rebuilt', 0)]);
      opened.advance(299_999);
      expect(await takenIds(10, 'rebuilt')).toEqual([]);
      expect(await takenIds(10, 'another')).toEqual(['b', 'c']);
    });

    it('lets an attempt that got nothing ask again, as a long poll does', async () => {
      expect(await takenIds(10, 'poll')).toEqual([]);
      await queue.place([offer('a', 10, { delayMs: 500 })]);
      expect(await takenIds(10, 'poll')).toEqual([]);
      opened.advance(500);
      expect(await takenIds(10, 'poll')).toEqual(['a']);
    });

    it('keeps the attempts of devices apart', async () => {
      await queue.place([offer('a', 10), { ...offer('b', 10), deviceId: 'device-b' }]);
      await take(1, 'same');
      const request = { limit: 1, anew: false, dueInMs: 5_000, holdMs: 1_000, attemptId: 'same' };
      expect((await queue.take('device-b', request)).commandIds).toEqual(['b']);
    });

    describeEpochs(() => queue);
    describeEdges(() => opened);

    it('says with every take whether what was placed before is back', async () => {
      const isComplete = async () => (await take()).complete;
      expect(await isComplete()).toBe(false);
      await queue.place([offer('a', 10)]);
      expect(await take()).toEqual({ commandIds: ['a'], nextInMs: 1_000, complete: false });
      await queue.beginRebuild('first');
      expect(await isComplete()).toBe(false);
      await queue.beginEpoch('one', 'first');
      expect(await take()).toEqual({ commandIds: [], nextInMs: 1_000, complete: true });
      await queue.place([drop('a')]);
      expect(await isComplete()).toBe(true);
      await queue.beginRebuild('second');
      expect(await isComplete()).toBe(false);
    });
  });
}
