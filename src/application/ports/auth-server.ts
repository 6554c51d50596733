import type { JsonObject } from '../../domain/shared/json.js';
import type { SessionScope } from './local-sessions.js';

export interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  /** Oldest first. */
  readonly factors: readonly AuthFactor[];
}

/** A second factor as its owner sees it. */
export interface AuthFactor {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Null: its first code is still to come, and until then it counts for nothing. */
  readonly verifiedAt: Date | null;
}

/** What a person holds after signing in. */
export interface AuthSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends. */
  readonly expiresAt: Date;
  readonly expiresInMs: number;
  readonly user: AuthUser;
}

/** `bad_token`: not one of ours, or past its end. `session_ended`: signed out since. */
export type TokenRefusal = 'bad_token' | 'session_ended';

/**
 * Signs people in with a password where no Supabase project does. Rejects with `dependency_unavailable` when
 * the accounts cannot be reached.
 */
export interface AuthServer {
  /** An unknown address and a wrong password get the same answer after the same work. */
  signIn(email: string, password: string): Promise<AuthSession | 'invalid_credentials'>;
  /**
   * Changes a refresh token for a new pair. It is good once, and for 10 s more, for a client that lost the answer
   * or asked twice; used later than that it ends the session, since two parties hold it.
   */
  refresh(refreshToken: string): Promise<AuthSession | 'unknown' | 'reused'>;
  userOf(accessToken: string): Promise<AuthUser | TokenRefusal>;
  signOut(accessToken: string, scope: SessionScope): Promise<'signed_out' | TokenRefusal>;
  /**
   * Gives the person another password, of 8 to 256 characters, and ends all their other sessions. Who has a verified
   * second factor must have used one in this session: `second_factor_needed`.
   */
  changePassword(
    accessToken: string,
    password: string,
  ): Promise<AuthUser | 'weak_password' | 'same_password' | 'second_factor_needed' | TokenRefusal>;
  /** The keys that access tokens are signed with, as a JWKS (RFC 7517). */
  publicKeys(): { readonly keys: readonly JsonObject[] };
}
