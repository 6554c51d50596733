import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HmacClaimTokens } from '../../../src/infrastructure/signing/hmac-claim-tokens.js';
import { fixedKeys } from '../../support/fixed-keys.js';

const key = new Uint8Array(32).fill(7);
const commandId = '0199aaaa-0000-7000-8000-000000000001';
const nonce = 'q83vEjRWeJCrze8SNFZ4kA';

describe('a claim token', () => {
  const tokens = new HmacClaimTokens(fixedKeys(key));
  const token = tokens.mint(commandId, 3, nonce);

  it('says which claim it names', () => {
    expect(token).toMatch(/^fgc_3\.q83vEjRWeJCrze8SNFZ4kA\.[\w-]{43}$/);
    expect(tokens.read(commandId, token)).toEqual({ attempt: 3, nonce });
  });

  it('is the same whenever and wherever it is made with the same key', () => {
    expect(new HmacClaimTokens(fixedKeys(key)).mint(commandId, 3, nonce)).toBe(token);
  });

  it('is forged for another command, another attempt, another nonce or another key', () => {
    const mac = token.split('.')[2] ?? '';
    expect(tokens.read('0199aaaa-0000-7000-8000-000000000002', token)).toBe('forged');
    expect(tokens.read(commandId, `fgc_4.${nonce}.${mac}`)).toBe('forged');
    expect(tokens.read(commandId, `fgc_3.${nonce.toLowerCase()}.${mac}`)).toBe('forged');
    expect(new HmacClaimTokens(fixedKeys(new Uint8Array(32))).read(commandId, token)).toBe('forged');
  });

  it('has one spelling only', () => {
    const [head = '', , mac = ''] = token.split('.');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last of 43 characters carries two bits that decoding ignores.
    const last = alphabet.indexOf(mac.slice(-1));
    const twin = mac.slice(0, -1) + alphabet.charAt(last ^ 1);
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(mac, 'base64url'));
    for (const other of [
      `${head}.${nonce}.${twin}`,
      `fgc_03.${nonce}.${mac}`,
      `fgc_3.0.${nonce}.${mac}`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
    ]) {
      expect(tokens.read(commandId, other)).toBe('forged');
    }
  });

  it('is forged when it is anything else at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(tokens.read(commandId, text)).toBe('forged');
        expect(tokens.read(commandId, `fgc_3.${nonce}.${text}`)).toBe('forged');
      }),
    );
    expect(tokens.read(commandId, 'x'.repeat(1_000_000))).toBe('forged');
  });

  it('stays readable and its own for every claim', () => {
    const nonces = fc.stringMatching(/^[\w-]{1,64}$/);
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 999_999_999 }), nonces, (id, attempt, each) => {
        expect(tokens.read(id, tokens.mint(id, attempt, each))).toEqual({ attempt, nonce: each });
      }),
    );
  });
});
