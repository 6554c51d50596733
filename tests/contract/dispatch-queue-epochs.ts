import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DispatchQueue } from '../../src/application/ports/dispatch-queue.js';

/** The part of the contract of a dispatch queue that is about being filled. `current` answers an empty one. */
export function describeEpochs(current: () => DispatchQueue): void {
  describe('and its epochs', () => {
    let queue: DispatchQueue;
    beforeEach(() => {
      queue = current();
    });

    it('is in an epoch only after it was filled for that one', async () => {
      expect(await queue.inEpoch('one')).toBe(false);
      expect(await queue.beginEpoch('one', 'never begun')).toBe(false);
      expect(await queue.inEpoch('one')).toBe(false);
      await queue.beginRebuild('mark');
      expect(await queue.inEpoch('one')).toBe(false);
      expect(await queue.beginEpoch('one', 'mark')).toBe(true);
      expect(await queue.inEpoch('one')).toBe(true);
      expect(await queue.inEpoch('two')).toBe(false);
    });

    it('leaves its epoch when a rebuild begins, and only then', async () => {
      await queue.beginRebuild('first');
      await queue.beginEpoch('one', 'first');
      expect(await queue.beginEpoch('two', 'first')).toBe(false);
      expect(await queue.inEpoch('one')).toBe(true);
      await queue.beginRebuild('second');
      expect(await queue.inEpoch('one')).toBe(false);
      expect(await queue.beginEpoch('two', 'second')).toBe(true);
      expect(await queue.inEpoch('one')).toBe(false);
      expect(await queue.inEpoch('two')).toBe(true);
    });

    it.each([
      ['the one who began first', ['a', 'b']],
      ['the one who began last', ['b', 'a']],
    ] as const)('is in the epoch of %s, when that one ends first', async (_, [winner, loser]) => {
      await queue.beginRebuild('mark-a');
      await queue.beginRebuild('mark-b');
      expect(await queue.beginEpoch(winner, `mark-${winner}`)).toBe(true);
      expect(await queue.beginEpoch(loser, `mark-${loser}`)).toBe(false);
      expect(await queue.inEpoch(winner)).toBe(true);
    });

    it('is in the epoch of one of many who end at once', async () => {
      const epochs = Array.from({ length: 8 }, (_, n) => `epoch-${String(n)}`);
      await Promise.all(epochs.map((epoch) => queue.beginRebuild(`mark of ${epoch}`)));
      const begun = await Promise.all(epochs.map((epoch) => queue.beginEpoch(epoch, `mark of ${epoch}`)));
      const winners = epochs.filter((_, n) => begun[n]);
      expect(winners).toHaveLength(1);
      expect(await queue.inEpoch(winners[0] ?? '')).toBe(true);
    });
  });
}
