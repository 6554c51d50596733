import { describe, expect, it } from '@jest/globals';
import { durationWords, timeFromNow, timeSince, timeTaken } from '../../../portal/src/parts/time-words.js';

describe('times in words', () => {
  it.each([
    [0, '0 s'],
    [420, 'less than a second'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [260_000, '4 min 20 s'],
    [900_000, '15 min'],
    [7_200_000, '2 h'],
    [176_400_000, '2 d 1 h'],
  ])('has %i ms as %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it.each([
    [0, '0 ms'],
    [420, '420 ms'],
    [1_000, '1 s'],
    [260_000, '4 min 20 s'],
  ])('has %i ms that were measured as %s', (ms, words) => {
    expect(timeTaken(ms)).toBe(words);
  });

  it.each([
    [-20_000, 'just now'],
    [20_000, 'in less than a minute'],
    [-180_000, '3 minutes ago'],
    [3_600_000, 'in 1 hour'],
    [-172_800_000, '2 days ago'],
    [-7_100_000, '1 hour ago'],
    [86_399_000, 'in 1 day'],
    [23 * 3_600_000 + 1_000, 'in 23 hours'],
    [50_000, 'in 1 minute'],
  ])('has what is %i ms away as %s', (away, words) => {
    expect(timeFromNow(1_000_000_000_000 + away, 1_000_000_000_000)).toBe(words);
  });

  it.each([
    [1, 'just now'],
    [90_000, 'just now'],
    [-180_000, '3 minutes ago'],
  ])('puts nothing that has happened into the future, where a clock is off: %i ms is %s', (away, words) => {
    expect(timeSince(1_000_000_000_000 + away, 1_000_000_000_000)).toBe(words);
  });
});
