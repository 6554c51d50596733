import type { LocalSession } from './local-sessions.js';

/** An authenticator app of an account of the local identity: a second factor by RFC 6238. */
export interface LocalFactor {
  readonly id: string;
  readonly accountId: string;
  /** As its owner tells it apart; each name once in an account. */
  readonly name: string;
  /** The store never sees the secret itself. */
  readonly sealedSecret: string;
  readonly createdAt: Date;
  /** When its first code was right; null: not yet, and until then it counts for nothing. */
  readonly verifiedAt: Date | null;
}

export interface NewLocalFactor {
  readonly factor: Omit<LocalFactor, 'verifiedAt'>;
  /** Factors that nobody verified and that are older than this are removed first. */
  readonly unverifiedSince: Date;
  /** How many an account may have, verified or not. */
  readonly most: number;
}

/** One try to verify: of one factor, in one session. */
export interface NewFactorChallenge {
  readonly id: string;
  readonly factorId: string;
  readonly sessionId: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

/** A code that was right. */
export interface FactorUse {
  readonly challengeId: string;
  readonly factorId: string;
  readonly accountId: string;
  readonly sessionId: string;
  /** The time step that the code belongs to. */
  readonly step: number;
  readonly at: Date;
  readonly nextTokenHash: string;
}

/** Second factors. What is told to be one step is seen by others done or not at all. */
export interface LocalFactors {
  /** Of this account, oldest first. */
  listOf(accountId: string): Promise<readonly LocalFactor[]>;
  /** Adds an unverified one. Of several callers at once no more succeed than there is room for. */
  add(factor: NewLocalFactor): Promise<'added' | 'name_taken' | 'too_many'>;
  /** False when the factor or the session is gone. Challenges of the factor that had their time are forgotten. */
  challenge(challenge: NewFactorChallenge): Promise<boolean>;
  /**
   * As one step: uses up the challenge and the code; verifies the factor; notes its use in the session, whose refresh
   * tokens are used up too and followed by the next one; ends the sessions of the account that used no second factor;
   * and removes its factors that nobody verified. Of several callers with one code, or one challenge, one succeeds.
   * `replayed`: this code, or a later one, was used before. The others change nothing either.
   */
  use(use: FactorUse): Promise<LocalSession | 'unknown' | 'expired' | 'replayed'>;
  /**
   * Removes a factor of the account. Sessions that used it go on as if they had used none. `verified`: it is, and only
   * an unverified one was to go.
   */
  remove(
    accountId: string,
    factorId: string,
    which: 'any' | 'unverified',
  ): Promise<'removed' | 'unknown' | 'verified'>;
  /** Removes every factor of the account, and ends all its sessions, as one step. How many were verified. */
  removeAll(accountId: string): Promise<number>;
}
