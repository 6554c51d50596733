import type { AuthSession, TokenRefusal } from './auth-server.js';

export interface NewAuthFactor {
  /** As its owner tells it apart; each name once in an account. */
  readonly name: string;
  /** As the authenticator app shows it above the code. */
  readonly issuer: string;
}

/** What an authenticator app has to know. It is told once, to whoever enrols it. */
export interface EnrolledFactor {
  readonly id: string;
  readonly name: string;
  /** In base32. */
  readonly secret: string;
  /** `otpauth://totp/…`, which apps read as a QR code. */
  readonly uri: string;
}

export interface FactorChallenge {
  readonly id: string;
  readonly expiresAt: Date;
}

export interface FactorAnswer {
  readonly factorId: string;
  readonly challengeId: string;
  readonly code: string;
}

/**
 * Second factors of people of the local identity: authenticator apps (RFC 6238). Each call speaks for whoever the
 * access token says; factors of other people are unknown. Rejects with `dependency_unavailable` when the accounts
 * cannot be reached.
 */
export interface AuthFactors {
  /**
   * Adds a factor that counts once its first code was right. An account holds ten; those that nobody verified within
   * five minutes make room. Who has a verified one must have used one in this session: `second_factor_needed`.
   */
  enrol(
    accessToken: string,
    factor: NewAuthFactor,
  ): Promise<EnrolledFactor | 'name_taken' | 'too_many' | 'second_factor_needed' | TokenRefusal>;
  /** Begins a try, good for 300 s, for one right code, and in this session only. */
  challenge(accessToken: string, factorId: string): Promise<FactorChallenge | 'unknown' | TokenRefusal>;
  /**
   * Takes a code of this time step, the one before or the one after, each once. The session has used a second factor
   * from then on, with the time of this use, and the sessions of the person that have used none are ended. Rejects with
   * `rate_limited` when the person has guessed too often, also where the code is right.
   */
  verify(
    accessToken: string,
    answer: FactorAnswer,
  ): Promise<AuthSession | 'wrong_code' | 'expired' | 'unknown' | TokenRefusal>;
  /** A verified one goes only in a session that has used a second factor: `second_factor_needed`. */
  remove(
    accessToken: string,
    factorId: string,
  ): Promise<'removed' | 'unknown' | 'second_factor_needed' | TokenRefusal>;
}
