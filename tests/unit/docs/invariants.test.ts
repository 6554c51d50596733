import { describe, expect, it } from '@jest/globals';
import { expectToExist, numberedSections } from './named-tests.js';

const page = new URL('../../../docs/invariants.md', import.meta.url);
const invariants = numberedSections(page);

describe('the page about what is always true', () => {
  it('gives every invariant a number of its own, in their order', () => {
    const numbers = invariants.map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers[0]).toBe(1);
  });

  it.each(invariants)('names tests that exist and hold $number, $title', ({ tests }) => {
    expect(tests).not.toEqual([]);
    expectToExist(page, tests);
  });
});
