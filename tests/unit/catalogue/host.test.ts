import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { catalogue, typeNamed } from './catalogue.js';

const ping = typeNamed('ping');
const accepts = (host: string): boolean => catalogue.check(ping, { host }).ok;

/** Every character that a POSIX shell, or one of its expansions, gives a meaning. */
const shellCharacters = Array.from(' \t\n\r|&;<>()$`\\"\'*?[]#~=%!{}^,@/+');
const controlCharacters = Array.from({ length: 0x20 }, (_, code) => code)
  .concat(
    Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
    0x2028,
    0x2029,
    0x200e,
    0x202e,
    0xfeff,
  )
  .map((code) => String.fromCodePoint(code));

const anyHost = fc.oneof(
  fc.domain().filter((name) => name.length <= 253),
  fc.ipV4(),
  fc.ipV6().filter((address) => isIP(address) === 6),
);
const textAround = fc.oneof(anyHost, fc.constant(''), fc.string({ maxLength: 20 }));

describe('a host', () => {
  it('is any name or address', () => {
    fc.assert(
      fc.property(anyHost, (host) => {
        expect(accepts(host)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing with a control character or a shell metacharacter in it, wherever it stands', () => {
    const one = fc.constantFrom(...shellCharacters, ...controlCharacters);
    fc.assert(
      fc.property(textAround, one, textAround, (before, character, after) => {
        expect(accepts(`${before}${character}${after}`)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('holds, whatever was tried, only what names and addresses are made of, and begins as no option does', () => {
    const nearly = fc.string({
      unit: fc.constantFrom(...Array.from('aZ09._:-/@ ;$\n\u0000ä%[')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        if (accepts(text)) expect(text).toMatch(/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('cannot be made to take long to refuse', () => {
    const began = performance.now();
    for (const text of ['a'.repeat(1e6), 'a.'.repeat(5e5), `${'a-'.repeat(120)}!`, ':'.repeat(1e6)]) {
      expect(accepts(text)).toBe(false);
    }
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
