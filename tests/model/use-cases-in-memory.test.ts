import { describe, it } from '@jest/globals';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { timeLimitMs } from './model-budget.js';
import { runUseCases } from './use-case-model.js';
import { clockOf } from '../support/clock-of.js';

describe('Whatever people, devices and gateways do, and whatever fails', () => {
  it(
    'commands do what the documents say, with the dispatch store in memory',
    () =>
      runUseCases('of the use cases in memory', 0.1, {
        fresh: (instant) => Promise.resolve(new InProcessDispatchQueue(clockOf(() => new Date(instant())))),
        left: () => Promise.resolve([]),
      }),
    timeLimitMs,
  );
});
