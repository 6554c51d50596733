import { beforeAll, describe, expect, it } from '@jest/globals';
import { KeySet } from '../../../src/infrastructure/supabase/key-set.js';
import { SupabaseIdentityVerifier } from '../../../src/infrastructure/supabase/supabase-identity-verifier.js';
import { ManualClock } from './manual-clock.js';
import { mint, newIssuerKey } from './test-issuer.js';
import type { IssuerKey } from './test-issuer.js';

const issuer = 'https://project.example/auth/v1';

describe('an access token', () => {
  const clock = new ManualClock();
  let key: IssuerKey;
  let verifier: SupabaseIdentityVerifier;
  beforeAll(async () => {
    key = await newIssuerKey('key-es');
    verifier = new SupabaseIdentityVerifier({ issuer, keys: new KeySet({ keys: [key.jwk] }), clock });
  });

  const claims = () => ({
    iss: issuer,
    aud: 'authenticated',
    role: 'authenticated',
    sub: 'b5a6f0a4-3a0e-4a51-9d8e-3f0f3b1f7c11',
    aal: 'aal2',
    exp: clock.seconds + 3_600,
  });

  it.each<[string, unknown, number | null]>([
    [
      'an app',
      [
        { method: 'password', timestamp: -900 },
        { method: 'totp', timestamp: -20 },
      ],
      -20,
    ],
    ['a phone', [{ method: 'mfa/phone', timestamp: -20 }], -20],
    ['a key', [{ method: 'webauthn', timestamp: -20 }], -20],
    [
      'several, the latest of them',
      [
        { method: 'totp', timestamp: -90 },
        { method: 'mfa/webauthn', timestamp: -20 },
      ],
      -20,
    ],
    ['a clock that is a little ahead', [{ method: 'totp', timestamp: 30 }], 30],
    ['a clock that is far ahead', [{ method: 'totp', timestamp: 61 }], null],
    ['a password alone', [{ method: 'password', timestamp: -20 }], null],
    ['a name without a time', ['totp'], null],
    ['a time that is none', [{ method: 'totp', timestamp: 'now' }], null],
    ['something that is no list', { method: 'totp', timestamp: -20 }, null],
  ])('says when the second factor was used: %s', async (_what, ways, expected) => {
    const inSeconds = (way: unknown): unknown =>
      typeof way === 'object' && way !== null && 'timestamp' in way && typeof way.timestamp === 'number'
        ? { ...way, timestamp: clock.seconds + way.timestamp }
        : way;
    const amr = Array.isArray(ways) ? ways.map(inSeconds) : inSeconds(ways);
    const { secondFactorAt } = await verifier.verify(await mint(key, { ...claims(), amr }));
    expect(secondFactorAt?.getTime() ?? null).toBe(
      expected === null ? null : (clock.seconds + expected) * 1_000,
    );
  });
});
