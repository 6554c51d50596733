import { z } from 'zod';
import type { Person } from '../../application/ports/identity-verifier.js';

/** Claims of tokens that the same key signs, but that do not say who a person is. */
const foreignClaims = {
  /** Legacy API keys of a project. */
  ref: z.never().optional(),
  /** An OAuth client acts for the person: not the person. */
  client_id: z.never().optional(),
  /** OpenID ID tokens. */
  nonce: z.never().optional(),
  auth_time: z.never().optional(),
  /** Signed addresses of stored files. */
  url: z.never().optional(),
};

const personClaims = z.object({
  ...foreignClaims,
  sub: z.guid(),
  role: z.literal('authenticated'),
  /** Anonymous users hold the same role. */
  is_anonymous: z.literal(false).optional(),
  session_id: z.guid().optional(),
  aal: z.enum(['aal1', 'aal2']).default('aal1'),
  /** How they signed in, and when each way was used; looked into apart, since it only ever adds to what one may do. */
  amr: z.unknown().optional(),
  email: z.string().max(320).nullish(),
  exp: z.number().positive(),
  iat: z.number().positive().optional(),
});

const maxRemainingMs = 86_700_000;
const maxIssuedAheadMs = 60_000;

/**
 * The person that verified claims speak of; null when they speak of something else, when the token would live
 * longer than 24 h and 5 min from now, or when it comes from more than a minute ahead.
 */
export function readPerson(claims: unknown, now: Date): Person | null {
  const { success, data } = personClaims.safeParse(claims);
  if (!success) return null;
  const expiresAt = new Date(data.exp * 1000);
  if (!(expiresAt.getTime() - now.getTime() <= maxRemainingMs)) return null;
  if (data.iat !== undefined && data.iat * 1000 - now.getTime() > maxIssuedAheadMs) return null;
  return {
    userId: data.sub.toLowerCase(),
    // People who signed up by phone have an empty one.
    email: data.email === '' ? null : (data.email ?? null),
    aal: data.aal,
    secondFactorAt: secondFactorAt(data.amr, now),
    sessionId: data.session_id?.toLowerCase() ?? null,
    expiresAt,
  };
}

const secondFactors = ['totp', 'phone', 'webauthn'].flatMap((method) => [method, `mfa/${method}`]);

const usedWay = z.object({ method: z.enum(secondFactors), timestamp: z.number().positive() });

/** The latest use of a second factor that lies behind us, give or take a minute. */
function secondFactorAt(amr: unknown, now: Date): Date | null {
  const uses = (Array.isArray(amr) ? amr : []).flatMap((way) => {
    const { success, data } = usedWay.safeParse(way);
    return success && data.timestamp * 1000 - now.getTime() <= maxIssuedAheadMs
      ? [data.timestamp * 1000]
      : [];
  });
  return uses.length === 0 ? null : new Date(Math.max(...uses));
}
