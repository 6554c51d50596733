import { describe, expect, it } from '@jest/globals';
import { CanonicalDigests } from '../../../src/infrastructure/signing/canonical-digests.js';
import { RandomPool } from '../../../src/infrastructure/signing/random-pool.js';
import { UuidIds } from '../../../src/infrastructure/signing/uuid-ids.js';

describe('digests of JSON', () => {
  const digests = new CanonicalDigests();

  it('do not depend on the order of members', () => {
    expect(digests.of({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      digests.of({ a: true, b: [1, { c: 'x', d: null }] }),
    );
  });

  it('depend on everything else', () => {
    const values = [
      {},
      [],
      null,
      '',
      0,
      false,
      { a: 1 },
      { a: '1' },
      { a: [1] },
      { A: 1 },
      { a: 1, b: null },
    ];
    expect(new Set(values.map((value) => digests.of(value))).size).toBe(values.length);
  });

  it('are those of RFC 8785', () => {
    // SHA-256 of {"a":1,"b":"é"} in UTF-8.
    expect(digests.of({ b: '\u00e9', a: 1.0 })).toBe(
      '09ad9fd2fb648cb2f62141215828ea00a62c299db05d20aa9ade2f527a301cc6',
    );
  });

  it('exist for nothing but JSON values', () => {
    const notJson: unknown = undefined;
    expect(() => digests.of(notJson as null)).toThrow(TypeError);
  });
});

describe('new ids', () => {
  it('are UUIDv7 and ascend', () => {
    const source = new UuidIds();
    const ids = Array.from({ length: 1_000 }, () => source.uuid());
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('share no random part, over many fillings of the pool and between sources that begin at once', () => {
    const sources = [new UuidIds(), new UuidIds()];
    const ids = Array.from({ length: 4_000 }, (_, n) => sources[n % 2]?.uuid() ?? '');
    // Without the time, the counter and the two random bits beside it: 40 bits, equal by chance once in 100,000 runs.
    expect(new Set(ids.map((id) => id.slice(26))).size).toBe(ids.length);
  });
});

describe('a pool of random bytes', () => {
  it('hands out each of its bytes once, over its border too', () => {
    const pool = new RandomPool();
    // 24 does not divide the size of the pool: what is left at its end is let go.
    const taken = Array.from({ length: 1_000 }, () => Buffer.from(pool.take(24)).toString('hex'));
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.every((bytes) => bytes.length === 48)).toBe(true);
    expect(new Set(taken.map((bytes) => bytes.slice(0, 12))).size).toBe(taken.length);
  });
});
