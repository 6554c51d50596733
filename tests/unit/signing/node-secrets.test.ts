import { describe, expect, it } from '@jest/globals';
import { normaliseCode } from '../../../src/domain/device/activation-code.js';
import { NodeSecrets } from '../../../src/infrastructure/signing/node-secrets.js';

describe('secrets of people and devices', () => {
  const secrets = new NodeSecrets();

  it('carry 256 random bits behind a readable prefix', () => {
    expect(secrets.deviceSecret()).toMatch(/^fgd_[\w-]{43}$/);
    expect(secrets.deviceToken('till-7')).toMatch(/^fgt_till-7~[\w-]{43}$/);
    expect(secrets.nonce()).toMatch(/^[\w-]{22}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => secrets.deviceSecret())).size).toBe(1_000);
  });

  it('include codes without look-alikes, which typing them carelessly does not change', () => {
    for (let round = 0; round < 500; round += 1) {
      const code = secrets.activationCode();
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect(normaliseCode(typed)).toBe(normaliseCode(code));
      expect(normaliseCode(code)).toBe(code.replaceAll('-', ''));
    }
  });

  it('use every symbol of the alphabet', () => {
    const symbols = new Set(Array.from({ length: 500 }, () => secrets.activationCode()).join(''));
    expect(symbols.size).toBe(33);
  });

  it('are kept as SHA-256 in hex', () => {
    expect(secrets.hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('are compared by their hashes, whatever the lengths', () => {
    const hash = secrets.hash('abc');
    expect(secrets.same(hash, secrets.hash('abc'))).toBe(true);
    expect(secrets.same(hash, secrets.hash('abd'))).toBe(false);
    expect(secrets.same(hash, '')).toBe(false);
    expect(secrets.same(hash, `${hash}0`)).toBe(false);
    expect(secrets.same('', 'ä')).toBe(false);
  });
});
