import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { priorityRange } from '../../../src/domain/command/command-type.js';
import { queueRank } from '../../../src/domain/command/queue-rank.js';

const anyPriority = fc.integer({ min: priorityRange.min, max: priorityRange.max });
const anyAcceptance = fc.integer({ min: 0, max: 2 ** 42 - 1 });

describe("a command's rank in its device's queue", () => {
  it('orders by priority, highest first, then by acceptance, earliest first', () => {
    fc.assert(
      fc.property(anyPriority, anyPriority, anyAcceptance, anyAcceptance, (one, other, first, second) => {
        const order = Math.sign(queueRank(one, first) - queueRank(other, second));
        expect(order).toBe(one === other ? Math.sign(first - second) : Math.sign(other - one));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the order of acceptance for as long as anybody will count', () => {
    fc.assert(
      fc.property(anyPriority, anyAcceptance, anyAcceptance, (priority, first, second) => {
        const order = Math.sign(queueRank(priority, first) - queueRank(priority, second));
        expect(order).toBe(Math.sign(first - second));
      }),
    );
  });

  it('is a whole number that a double holds exactly, at the ends of both ranges too', () => {
    for (const priority of [priorityRange.min, priorityRange.default, priorityRange.max]) {
      for (const acceptance of [0, 1, 2 ** 42 - 1, 2 ** 42, Number.MAX_SAFE_INTEGER]) {
        const rank = queueRank(priority, acceptance);
        expect(Number.isSafeInteger(rank) && rank >= 0 && rank < 2 ** 53).toBe(true);
      }
    }
  });
});
