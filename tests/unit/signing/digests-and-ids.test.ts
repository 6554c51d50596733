import { describe, expect, it } from '@jest/globals';
import { CanonicalDigests } from '../../../src/infrastructure/signing/canonical-digests.js';
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
    const ids = Array.from({ length: 1_000 }, () => new UuidIds().uuid());
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
