import { describe, expect, it } from '@jest/globals';
import { mostWrongTries } from '../../../src/domain/device/activation-code.js';
import { NodeSecrets } from '../../../src/infrastructure/signing/node-secrets.js';

const secrets = new NodeSecrets();
/** More than any fleet activates within the day for which a code lives. */
const liveCodes = 1_000_000;

/** How many bits there are to guess, by what is really made: symbols that occur, and places that they stand in. */
function bitsOf(make: () => string): number {
  const made = Array.from({ length: 2_000 }, () => make());
  const length = made[0]?.length ?? 0;
  const symbols = new Set(made.flatMap((text) => text.split('')));
  expect(new Set(made.map((text) => text.length))).toEqual(new Set([length]));
  return length * Math.log2(symbols.size);
}

describe('guessing', () => {
  it('an activation code succeeds less than once in 2^32 codes, and once in 2^20 days of a whole fleet', () => {
    const bits = bitsOf(() => secrets.activationCode().replaceAll('-', ''));
    expect(bits).toBe(80);
    const perCode = Math.log2(mostWrongTries) - bits;
    expect(perCode).toBeLessThan(-32);
    expect(perCode + Math.log2(liveCodes)).toBeLessThan(-20);
  });

  it.each([
    ['device secret', () => secrets.deviceSecret().replace(/^fgd_/, '')],
    ['device token', () => secrets.deviceToken('till-1').replace(/^fgt_till-1~/, '')],
    ['API key', () => secrets.apiKey().replace(/^fgk_/, '')],
  ])('a %s is hopeless, however many may be tried', (_what, make) => {
    expect(bitsOf(make)).toBeGreaterThanOrEqual(256);
  });

  it('makes no secret twice', () => {
    const made = new Set<string>();
    for (let n = 0; n < 100_000; n += 1) made.add(secrets.deviceSecret());
    expect(made.size).toBe(100_000);
  });
});
