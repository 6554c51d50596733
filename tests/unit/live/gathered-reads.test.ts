import { describe, expect, it } from '@jest/globals';
import { GatheredReads } from '../../../src/application/live/gathered-reads.js';

/** Calls that are answered when the test says so. */
function slowly() {
  const calls: { ids: readonly string[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const reads = new GatheredReads<string>((ids) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    calls.push({ ids, answer: () => resolve(ids.map((id) => `about ${id}`)), fail: reject });
    return promise;
  }, 3);
  return { calls, reads };
}

describe('gathered reads', () => {
  it('ask at once, and then once for all that was asked meanwhile', async () => {
    const { calls, reads } = slowly();
    const first = reads.ask('a');
    const more = ['b', 'c', 'b'].map((id) => reads.ask(id));
    expect(calls.map(({ ids }) => ids)).toEqual([['a']]);
    calls[0]?.answer();
    expect(await first).toBe('about a');
    expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
    calls[1]?.answer();
    expect(await Promise.all(more)).toEqual(['about b', 'about c', 'about b']);
  });

  it('never answer with what was read before the question', async () => {
    const { calls, reads } = slowly();
    const [before, after] = [reads.ask('a'), reads.ask('a')];
    calls[0]?.answer();
    await before;
    expect(calls).toHaveLength(2);
    calls[1]?.answer();
    expect(await after).toBe('about a');
  });

  it('fail together, and go on', async () => {
    const { calls, reads } = slowly();
    const failing = [reads.ask('a')];
    const next = reads.ask('b');
    calls[0]?.fail(new Error('away'));
    await expect(Promise.all(failing)).rejects.toThrow('away');
    calls[1]?.answer();
    expect(await next).toBe('about b');
  });

  it('ask about so many at a time', async () => {
    const { calls, reads } = slowly();
    const asked = ['a', 'b', 'c', 'd', 'e'].map((id) => reads.ask(id));
    for (const at of [0, 1, 2]) {
      calls[at]?.answer();
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(await Promise.all(asked)).toHaveLength(5);
    expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });
});
