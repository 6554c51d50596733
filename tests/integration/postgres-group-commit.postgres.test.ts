import { describe, expect, it } from '@jest/globals';

import { Failed } from '../../src/infrastructure/postgres/asked.js';
import type { Asked } from '../../src/infrastructure/postgres/asked.js';
import { GroupCommit } from '../../src/infrastructure/postgres/group-commit.js';
import { unavailable } from '../../src/infrastructure/postgres/postgres-faults.js';

/** A store that notes its batches, and answers each when it is let. */
function slowStore() {
  const batches: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<undefined>[] = [];
  const run = async (batch: readonly Asked<number, number>[]) => {
    batches.push(batch.map(({ item }) => item));
    const gate = Promise.withResolvers<undefined>();
    gates.push(gate);
    await gate.promise;
    for (const asked of batch) asked.answer(asked.item * 10);
  };
  return { batches, run, let: (index: number) => gates[index]?.resolve(undefined) };
}

function answerAll(batch: readonly Asked<number, number>[]): Promise<void> {
  for (const asked of batch) asked.answer(asked.item);
  return Promise.resolve();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('sends what is there at once, and gathers what comes meanwhile into the next batch', async () => {
    const store = slowStore();
    const group = new GroupCommit(store.run);
    const first = [group.submit(1), group.submit(2)];
    await turn();
    const second = [group.submit(3), group.submit(4), group.submit(5)];
    await turn();
    expect(store.batches).toEqual([[1, 2]]);
    store.let(0);
    expect(await Promise.all(first)).toEqual([10, 20]);
    await turn();
    expect(store.batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    store.let(1);
    expect(await Promise.all(second)).toEqual([30, 40, 50]);
  });

  it('never sends more in one batch than it may, and keeps the order of arrival', async () => {
    const batches: (readonly number[])[] = [];
    const group = new GroupCommit<number, number>((batch) => {
      batches.push(batch.map(({ item }) => item));
      return answerAll(batch);
    });
    const items = Array.from({ length: 600 }, (_, n) => n);
    expect(await Promise.all(items.map((item) => group.submit(item)))).toEqual(items);
    expect(batches.map(({ length }) => length)).toEqual([256, 256, 88]);
    expect(batches.flat()).toEqual(items);
  });

  it('lets an item that spoils its batch fail alone', async () => {
    const group = new GroupCommit<number, number>((batch) =>
      batch.some(({ item }) => item === 13) ? Promise.reject(new Error('unlucky')) : answerAll(batch),
    );
    const settled = await Promise.allSettled([12, 13, 14].map((item) => group.submit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not try one by one when the database is away', async () => {
    let runs = 0;
    const group = new GroupCommit<number, number>(() => {
      runs += 1;
      return Promise.reject(unavailable('away'));
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => group.submit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(runs).toBe(1);
  });

  it('answers an item by the failure that the batch has for it', async () => {
    const failure = new Error('only you');
    const group = new GroupCommit<number, number>((batch) => {
      for (const asked of batch) asked.answer(asked.item === 2 ? new Failed(failure) : asked.item);
      return Promise.resolve();
    });
    const answers = [group.submit(1), group.submit(2)];
    await expect(answers[1]).rejects.toBe(failure);
    expect(await answers[0]).toBe(1);
  });

  it('leaves nobody waiting behind a batch that hangs, and does not send what nobody waits for', async () => {
    const store = slowStore();
    const group = new GroupCommit(store.run, { batchSize: 1, answerMs: 50 });
    const settled = await Promise.allSettled([group.submit(1), group.submit(2)]);
    for (const answer of settled) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'dependency_unavailable' } });
    }
    store.let(0);
    await group.drain();
    expect(store.batches).toEqual([[1]]);
  });

  it('repeats nothing that was answered before its batch failed', async () => {
    const tried: number[] = [];
    const group = new GroupCommit<number, number>((batch) => {
      for (const asked of batch) {
        tried.push(asked.item);
        if (asked.item === 2) return Promise.reject(new Error('unlucky'));
        asked.answer(asked.item);
      }
      return Promise.resolve();
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => group.submit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(tried).toEqual([1, 2, 2, 3]);
  });

  it('is drained when everything is answered', async () => {
    const store = slowStore();
    const group = new GroupCommit(store.run);
    const answers = [group.submit(1)];
    let drained = false;
    const draining = group.drain().then(() => {
      drained = true;
    });
    await turn();
    answers.push(group.submit(2));
    store.let(0);
    await turn();
    expect(drained).toBe(false);
    store.let(1);
    await draining;
    expect(await Promise.all(answers)).toEqual([10, 20]);
    await group.drain();
  });
});
