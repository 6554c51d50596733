import type {
  AuthFactors,
  EnrolledFactor,
  FactorAnswer,
  FactorChallenge,
  NewAuthFactor,
} from '../../application/ports/auth-factors.js';
import type { AuthSession, TokenRefusal } from '../../application/ports/auth-server.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Ids } from '../../application/ports/ids.js';
import type { LiveBus } from '../../application/ports/live-bus.js';
import type { LocalFactor, LocalFactors } from '../../application/ports/local-factors.js';
import type { RateLimiter, RateRule } from '../../application/ports/rate-limiter.js';
import type { Secrets } from '../../application/ports/secrets.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { FactorSecrets } from './factor-secrets.js';
import { enrolmentUri, newSecret, stepOf } from './one-time-codes.js';
import type { SessionTokens } from './session-tokens.js';

export interface LocalAuthFactorsOptions {
  readonly factors: LocalFactors;
  readonly tokens: SessionTokens;
  readonly factorSecrets: FactorSecrets;
  readonly rateLimiter: RateLimiter;
  readonly secrets: Secrets;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly live: LiveBus;
}

const mostFactors = 10;
const challengeLifetimeMs = 300_000;
const enrolmentLifetimeMs = 300_000;

/**
 * Codes that one person may try. Three of a million are right at any time: at this pace, which halves with every
 * closing, a guess by somebody who has the password hits within a day about once in 1,000 days.
 */
const guesses: RateRule = {
  name: 'second-factor',
  points: 10,
  windowMs: 300_000,
  blockMs: 600_000,
  mostBlockMs: 3_600_000,
};

/** Authenticator apps as second factors of our own accounts. */
export class LocalAuthFactors implements AuthFactors {
  readonly #options: LocalAuthFactorsOptions;

  constructor(options: LocalAuthFactorsOptions) {
    this.#options = options;
  }

  async enrol(
    accessToken: string,
    { name, issuer }: NewAuthFactor,
  ): Promise<EnrolledFactor | 'name_taken' | 'too_many' | 'second_factor_needed' | TokenRefusal> {
    const { factors, tokens, factorSecrets, ids, clock } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    if (await tokens.lacksFactor(session)) return 'second_factor_needed';
    const [id, secret, createdAt] = [ids.uuid(), newSecret(), clock.now()];
    const sealedSecret = await factorSecrets.seal(secret, id);
    const added = await factors.add({
      factor: { id, accountId: session.account.id, name, sealedSecret, createdAt },
      unverifiedSince: new Date(createdAt.getTime() - enrolmentLifetimeMs),
      most: mostFactors,
    });
    if (added !== 'added') return added;
    return { id, name, secret, uri: enrolmentUri(secret, issuer, session.account.email) };
  }

  async challenge(
    accessToken: string,
    factorId: string,
  ): Promise<FactorChallenge | 'unknown' | TokenRefusal> {
    const { factors, tokens, ids, clock } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    const [id, at] = [ids.uuid(), clock.now()];
    const expiresAt = new Date(at.getTime() + challengeLifetimeMs);
    const begun = await factors.challenge({ id, factorId, sessionId: session.id, at, expiresAt });
    return begun ? { id, expiresAt } : 'unknown';
  }

  async verify(
    accessToken: string,
    { factorId, challengeId, code }: FactorAnswer,
  ): Promise<AuthSession | 'wrong_code' | 'expired' | 'unknown' | TokenRefusal> {
    const { factors, tokens, secrets, clock, live } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    const accountId = session.account.id;
    const factor = await this.#factorOf(accountId, factorId);
    if (factor === null) return 'unknown';
    const at = clock.now();
    const step = await this.#stepOf(factor, code, at);
    if (step === null) return 'wrong_code';
    const next = secrets.nonce();
    const used = await factors.use({
      challengeId,
      factorId: factor.id,
      accountId,
      sessionId: session.id,
      step,
      at,
      nextTokenHash: secrets.hash(next),
    });
    // Which of both it was is of use to somebody only who has seen the code of another.
    if (used === 'replayed') return 'wrong_code';
    if (typeof used === 'string') return used;
    void live.tell({ kind: 'person', userId: accountId });
    return tokens.issue(used, next);
  }

  async remove(
    accessToken: string,
    factorId: string,
  ): Promise<'removed' | 'unknown' | 'second_factor_needed' | TokenRefusal> {
    const { factors, tokens } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    const which = session.factorUsedAt === null ? 'unverified' : 'any';
    const removed = await factors.remove(session.account.id, factorId, which);
    return removed === 'verified' ? 'second_factor_needed' : removed;
  }

  async #factorOf(accountId: string, factorId: string): Promise<LocalFactor | null> {
    const kept = await this.#options.factors.listOf(accountId);
    return kept.find(({ id }) => id === factorId.toLowerCase()) ?? null;
  }

  /** Counted before it is looked at, so that tries at the same moment are as many tries. */
  async #stepOf(
    { id, accountId, sealedSecret }: LocalFactor,
    code: string,
    at: Date,
  ): Promise<number | null> {
    const { rateLimiter, factorSecrets } = this.#options;
    const { allowed, resetMs } = await rateLimiter.spend(guesses, accountId);
    if (!allowed) throw generalFaults.rate_limited(undefined, { retryAfterMs: resetMs });
    return stepOf(await factorSecrets.open(sealedSecret, id), code, at);
  }
}
