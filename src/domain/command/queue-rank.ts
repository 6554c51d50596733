import { priorityRange } from './command-type.js';

const acceptanceSpan = 2 ** 42;

/**
 * Place in a device's queue: higher priority first, then the order of acceptance. Lower ranks come first.
 * It stays below 2^53, so that it is exact as a double, which is what a sorted set's score is.
 */
export function queueRank(priority: number, acceptance: number): number {
  return (priorityRange.max - priority) * acceptanceSpan + (acceptance % acceptanceSpan);
}
