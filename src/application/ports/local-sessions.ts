import type { LocalAccount } from './local-accounts.js';

/** A sign-in of the local identity that is still alive. */
export interface LocalSession {
  readonly id: string;
  readonly startedAt: Date;
  /** When it last used a second factor; null: never, or the factor is gone since. */
  readonly factorUsedAt: Date | null;
  readonly account: LocalAccount;
}

export interface NewLocalSession {
  readonly id: string;
  readonly accountId: string;
  /** Of the password that was given. */
  readonly passwordHash: string;
  readonly startedAt: Date;
  readonly refreshTokenHash: string;
}

export interface Rotation {
  readonly presentedHash: string;
  readonly nextHash: string;
  readonly at: Date;
  /** A token that was first used before this time is a stolen one. */
  readonly reusableSince: Date;
}

/** Which sessions an end means: this one, all others of the person, or every one. */
export type SessionScope = 'local' | 'others' | 'global';

/** Sessions and their refresh tokens, kept as SHA-256. */
export interface LocalSessions {
  /**
   * Opens a session, and notes the sign-in on the account. False, and nothing done, when the account has another
   * password by now: comparing takes long, and whoever changes a password ends what the former one opened.
   */
  open(session: NewLocalSession): Promise<boolean>;
  /** Null when there is none, or when it has ended. */
  find(sessionId: string): Promise<LocalSession | null>;
  /**
   * Uses the presented token up and makes the next one good, as one step: of several callers at once each sees
   * what the one before it did. A token that was used before `reusableSince` ends its session: `reused`.
   * A token of no living session is `unknown`.
   */
  rotate(rotation: Rotation): Promise<LocalSession | 'unknown' | 'reused'>;
  /** Ends sessions of the person whose session this is. Does nothing when it has ended already. */
  end(sessionId: string, scope: SessionScope): Promise<void>;
  /**
   * Ends sessions of which nothing was heard since `before`, and forgets tokens that were used up by then: presented
   * once more, such a one is `unknown`. A bounded part of them; returns how many, 0 when none are left.
   */
  forget(before: Date): Promise<number>;
}
