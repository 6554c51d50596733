import type { LocalSession } from '../../application/ports/local-sessions.js';
import type { JsonObject } from '../../domain/shared/json.js';

export const accessTokenLifetimeMs = 3_600_000;

/** The claims that Supabase Auth puts into an access token after a password sign-in, and after a second factor. */
export function accessTokenClaims(issuer: string, session: LocalSession, now: Date): JsonObject {
  const { id, startedAt, factorUsedAt, account } = session;
  const password = { method: 'password', timestamp: seconds(startedAt.getTime()) };
  const factor = factorUsedAt && { method: 'totp', timestamp: seconds(factorUsedAt.getTime()) };
  return {
    iss: issuer,
    sub: account.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: account.email,
    phone: '',
    session_id: id,
    aal: factor === null ? 'aal1' : 'aal2',
    amr: factor === null ? [password] : [password, factor],
    is_anonymous: false,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { name: account.name },
    iat: seconds(now.getTime()),
    exp: seconds(now.getTime() + accessTokenLifetimeMs),
  };
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
