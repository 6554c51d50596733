import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/domain/shared/json.js';
import { sameJson } from '../../../src/domain/shared/json.js';

const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member)]),
  );
};

describe('sameness as JSON', () => {
  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(sameJson(value as JsonValue, reordered(value) as JsonValue)).toBe(true);
      }),
    );
  });

  it.each<[JsonValue, JsonValue]>([
    [1, '1'],
    [null, {}],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [['a'], { 0: 'a' }],
    [{ a: null }, {}],
    [{ a: null }, { b: null }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
    [false, null],
    [{ toString: 1 }, {}],
  ])('tells %j from %j', (one, other) => {
    expect(sameJson(one, other)).toBe(false);
    expect(sameJson(other, one)).toBe(false);
  });
});
