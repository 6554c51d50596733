import { describe, expect, it } from '@jest/globals';
import {
  hashPassword,
  matchesHash,
  nobodysHash,
} from '../../../src/infrastructure/local-identity/password-hash.js';

describe('a password hash', () => {
  it('is salted, names its cost and knows its password', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$scrypt\$ln=16,r=8,p=2\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await matchesHash('correct horse', one)).toBe(true);
    expect(await matchesHash('correct Horse', one)).toBe(false);
    expect(await matchesHash('', one)).toBe(false);
  });

  it('does not depend on how a keyboard composes letters', async () => {
    expect(await matchesHash('caf\u00e9', await hashPassword('cafe\u0301'))).toBe(true);
  });

  it('stays readable when it was made at another cost', async () => {
    const old = '$scrypt$ln=4,r=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(await matchesHash('x', old)).toBe(false);
  });

  it('of nobody has the cost of any other, and matches nothing', async () => {
    expect(nobodysHash).toMatch(/^\$scrypt\$ln=16,r=8,p=2\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await matchesHash('', nobodysHash)).toBe(false);
  });

  it('that cannot be read is an error and no refusal', async () => {
    await expect(matchesHash('x', '$2b$10$abc')).rejects.toThrow('not readable');
  });
});
