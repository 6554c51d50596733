import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { CommandReference, minute } from './command-reference.js';
import { claim, extend, release, result } from './device-operations.js';
import { drain } from './drained-world.js';
import { GatewayWorld } from './gateway-world.js';
import { ModelStep } from './model-step.js';
import type { Operation } from './operation.js';
import * as by from './people-operations.js';
import * as store from './store-operations.js';
import { Tally } from './tally.js';
import { clockOf } from '../support/clock-of.js';

const begin = Date.UTC(2026, 0, 5);

const propose = (n: number, facts: Partial<by.ProposeFacts> = {}): Operation =>
  by.propose({
    id: `0190b0a0-0000-7000-8000-${String(n).padStart(12, '0')}`,
    who: 'robin',
    type: 'ping',
    priority: 0,
    notBeforeInMs: null,
    expiresInMs: minute,
    maxAttempts: 2,
    visibilityMs: 1_000,
    lane: null,
    dedupeKey: null,
    ...facts,
  });
const claimAs = (attemptId: string, limit = 1, leaseMs: number | null = null): Operation =>
  claim({ attemptId, limit, leaseMs, oldToken: false, filledMeanwhile: false });
const latest = { n: 0, crossed: false, oldToken: false };

const stories: Readonly<Record<string, readonly Operation[]>> = {
  'a lapse that nobody has written is still due when everything was placed anew': [
    propose(1),
    claimAs('one'),
    store.step(1_000),
    store.placeEverything,
  ],
  'what is given back after its time ends then, and not before': [
    propose(1),
    claimAs('one', 1, 10 * minute),
    store.step(2 * minute),
    release(latest, 0),
  ],
  'the store hears of a lapse that was written with a result that came too late': [
    propose(1, { maxAttempts: 1 }),
    propose(2),
    claimAs('one'),
    store.step(1_000),
    result(latest, 'succeeded', 'a'),
    propose(3),
    claimAs('two', 2),
  ],
  'a paused queue gives nothing, and no error, when a lease is over that nobody has written': [
    propose(1),
    claimAs('one'),
    store.step(1_000),
    by.pause,
    claimAs('two'),
  ],
  'who waited for an approval in a lane goes on when what was approved has to wait for its time': [
    propose(1, { type: 'flush_dns_cache', notBeforeInMs: 5_000, lane: 'l1' }),
    propose(2, { lane: 'l1' }),
    by.decide(0, 'kim', true, true, true),
    claimAs('one'),
  ],
  'what was called off before the clock was set back is not offered again, and ends when that time has come':
    [
      propose(1, { maxAttempts: 1 }),
      claimAs('one'),
      by.suspendDevice,
      by.resumeDevice,
      store.step(-15 * minute),
      extend(latest, 1_000),
      store.step(1_000),
      store.sweep,
      claimAs('two'),
    ],
  'a command that was called off twice ends when its lease is over': [
    propose(1, { maxAttempts: 1 }),
    claimAs('one'),
    by.cancel(0),
    store.step(1_000),
    by.cancel(0),
  ],
};

describe('What the model of the use cases has found', () => {
  let world: GatewayWorld;
  beforeAll(async () => {
    const fresh = (instant: () => number) =>
      Promise.resolve(new InProcessDispatchQueue(clockOf(() => new Date(instant()))));
    world = await GatewayWorld.open({ fresh, left: () => Promise.resolve([]) }, begin);
  });
  afterAll(() => world.close());

  it.each(Object.entries(stories))('%s', async (_, operations) => {
    await world.begin(begin);
    const model = new CommandReference(begin);
    const real = { world, tally: new Tally(), record: [] };
    for (const operation of operations) await new ModelStep([operation], operation.kind).run(model, real);
    await drain(model, real);
  });
});
