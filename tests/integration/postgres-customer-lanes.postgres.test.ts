import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';

import type { Asked } from '../../src/infrastructure/postgres/asked.js';
import { CustomerLanes } from '../../src/infrastructure/postgres/customer-lanes.js';
import { postgresFault } from '../../src/infrastructure/postgres/postgres-faults.js';

/** Items are named after their customer: `a1`, `a2`, `b1`. Whose lock is held is told so, unless let go on. */
function lockableStore() {
  const batches: string[] = [];
  const held = new Set<string>();
  const spoilt = new Set<string>();
  const gates: PromiseWithResolvers<undefined>[] = [];
  const lanes = new CustomerLanes<string, string>({
    run: async (batch, patience) => {
      batches.push(`${patience}: ${batch.map(({ item }) => item).join(' ')}`);
      const needsHeld = batch.some(({ item }) => held.has(customerOf(item)));
      const gate = Promise.withResolvers<undefined>();
      if (needsHeld) gates.push(gate);
      else gate.resolve(undefined);
      await gate.promise;
      if (needsHeld) throw lockTimeout();
      if (batch.some(({ item }) => spoilt.has(item))) throw new Error('spoilt');
      answerAll(batch);
    },
    customersOf: (items) => Promise.resolve(items.map(customerOf)),
  });
  return { lanes, batches, held, spoilt, timeOut: () => gates.shift()?.resolve(undefined) };
}

const customerOf = (item: string): string => item.slice(0, 1);

function answerAll(batch: readonly Asked<string, string>[]): void {
  for (const asked of batch) asked.answer(asked.item.toUpperCase());
}

function lockTimeout(): unknown {
  const error = new DatabaseError('canceling statement due to lock timeout', 0, 'error');
  error.code = '55P03';
  return postgresFault(error);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('customer lanes', () => {
  it('share batches, and part when somebody sits on a lock', async () => {
    const store = lockableStore();
    store.held.add('a');
    const [stuck, ...others] = ['a1', 'b1', 'b2', 'c1'].map((item) => store.lanes.submit(item));
    await turn();
    store.timeOut();
    expect(await Promise.all(others)).toEqual(['B1', 'B2', 'C1']);
    store.timeOut();
    await turn();
    store.timeOut();
    await expect(stuck).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(store.batches).toEqual(['brief: a1 b1 b2 c1', 'wait: a1', 'wait: b1 b2', 'wait: c1', 'pass: a1']);
  });

  it('keep aside who is held up, and bring back who is not', async () => {
    const store = lockableStore();
    store.held.add('a');
    const stuck = [store.lanes.submit('a1'), store.lanes.submit('b1')];
    await turn();
    store.timeOut();
    await stuck[1];
    stuck.push(store.lanes.submit('a2'));
    expect(await Promise.all(['b2', 'c1'].map((item) => store.lanes.submit(item)))).toEqual(['B2', 'C1']);
    store.held.clear();
    store.timeOut();
    await turn();
    expect((await Promise.allSettled(stuck)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    await Promise.all(['a3', 'b3'].map((item) => store.lanes.submit(item)));
    expect(store.batches.at(-1)).toBe('brief: a3 b3');
  });

  it('let an item that spoils its lane fail alone, and are drained when all is answered', async () => {
    const store = lockableStore();
    store.held.add('a');
    store.spoilt.add('a2');
    const answers = ['a1', 'a2', 'a3'].map((item) => store.lanes.submit(item));
    await turn();
    store.held.clear();
    let drained = false;
    const draining = store.lanes.drain().then(() => {
      drained = true;
    });
    await turn();
    expect(drained).toBe(false);
    store.timeOut();
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await draining;
  });
});
