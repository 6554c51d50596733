import { describe, expect, it } from '@jest/globals';
import {
  enrolmentUri,
  newSecret,
  stepOf,
} from '../../../src/infrastructure/local-identity/one-time-codes.js';

/** The secret of RFC 6238, appendix B, `12345678901234567890`, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1_000);

describe('a one-time code', () => {
  it.each([
    [59, '287082', 0x1],
    [1_111_111_109, '081804', 0x23523ec],
    [1_111_111_111, '050471', 0x23523ed],
    [1_234_567_890, '005924', 0x273ef07],
    [2_000_000_000, '279037', 0x3f940aa],
    [20_000_000_000, '353130', 0x27bc86aa],
  ])('is that of RFC 6238 at %s s, cut to six digits', (seconds, code, step) => {
    expect(stepOf(secret, code, at(seconds))).toBe(step);
  });

  it('belongs to its own step, whether it comes early or late', () => {
    const steps = [-31, -30, 0, 29, 30, 59].map((late) => stepOf(secret, '279037', at(2_000_000_010 + late)));
    const step = 0x3f940aa;
    // 2,000,000,010 is when a step begins: the one after that of the code.
    expect(steps).toEqual([step, step, step, step, null, null]);
  });

  it.each(['', '27903', '2790370', ' 279037', '279 037', '27903a', '٢٧٩٠٣٧', '-79037', '2.9037', 'NaN'])(
    'is six digits and nothing else: %j',
    (code) => {
      expect(stepOf(secret, code, at(2_000_000_000))).toBeNull();
    },
  );
});

describe('the secret of an authenticator app', () => {
  it('has 160 random bits', () => {
    const secrets = Array.from({ length: 50 }, newSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const each of secrets) expect(each).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('stands in an address that apps read, whatever the names are', () => {
    const uri = enrolmentUri(secret, 'Corner & shop', 'ada+x@example.com');
    const { protocol, host, pathname, searchParams } = new URL(uri);
    expect([protocol, host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(pathname)).toContain('Corner & shop:ada+x@example.com');
    expect(searchParams.get('secret')).toBe(secret);
    expect(searchParams.get('issuer')).toBe('Corner & shop');
  });
});
