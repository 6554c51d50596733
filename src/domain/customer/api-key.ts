import type { Role } from './role.js';

export const apiKeyRoles = ['viewer', 'operator'] as const satisfies readonly Role[];
/** What a service account may be. */
export type ApiKeyRole = (typeof apiKeyRoles)[number];

/** The secret itself: `fgk_` and 256 random bits in base64url. */
export const apiKeyPattern = /^fgk_[A-Za-z0-9_-]{43}$/;

/** How exactly the last use of a key is known. */
export const apiKeyUseStepMs = 60_000;

/** A service account: a program that acts for a customer, and the key by which it is known. */
export interface ApiKey {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly role: ApiKeyRole;
  /** The user id of the person who made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null: it is good until it is revoked. */
  readonly expiresAt: Date | null;
  /** To the minute; null when it was never used. */
  readonly lastUsedAt: Date | null;
}

/** Whether a use of the key at `now` has to be written down. */
export const isUseWorthNoting = ({ lastUsedAt }: ApiKey, now: Date): boolean =>
  lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= apiKeyUseStepMs;
