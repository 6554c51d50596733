import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '../../../src/application/ports/identity-verifier.js';
import { VerifiedTokens } from '../../../src/infrastructure/supabase/verified-tokens.js';
import { ManualClock } from './manual-clock.js';

let clock: ManualClock;
let verified: VerifiedTokens;

beforeEach(() => {
  clock = new ManualClock();
  verified = new VerifiedTokens();
});

const personUntil = (milliseconds: number): Person => ({
  userId: 'b5a6f0a4-3a0e-4a51-9d8e-3f0f3b1f7c11',
  email: null,
  aal: 'aal1',
  secondFactorAt: null,
  sessionId: null,
  expiresAt: new Date(clock.now().getTime() + milliseconds),
});

describe('a token that was good a moment ago', () => {
  it('is taken again for a minute, and no other token with it', () => {
    const person = personUntil(3_600_000);
    verified.keep('token', person, clock.now());
    expect(verified.find('token', clock.now())).toBe(person);
    expect(verified.find('token ', clock.now())).toBeNull();
    clock.advance(59_999);
    expect(verified.find('token', clock.now())).toBe(person);
    clock.advance(1);
    expect(verified.find('token', clock.now())).toBeNull();
  });

  it('is not taken again after its end', () => {
    verified.keep('token', personUntil(1_000), clock.now());
    clock.advance(1_000);
    expect(verified.find('token', clock.now())).toBeNull();
  });

  it('is one of ten thousand, of which the oldest goes first', () => {
    for (let index = 0; index <= 10_000; index += 1) {
      verified.keep(`token ${String(index)}`, personUntil(3_600_000), clock.now());
    }
    expect(verified.find('token 0', clock.now())).toBeNull();
    expect(verified.find('token 1', clock.now())).not.toBeNull();
    expect(verified.find('token 10000', clock.now())).not.toBeNull();
  });
});
