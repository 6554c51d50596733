import type { CryptoKey } from 'jose';
import type { Clock } from '../../application/ports/clock.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { fetchKeySet } from './fetch-key-set.js';
import type { KeySet } from './key-set.js';
import type { TokenKeys } from './token-keys.js';

export interface RemoteTokenKeysOptions {
  /** Address of the JWKS. It comes from the configuration, never from a token. */
  readonly address: string;
  readonly clock: Clock;
  /** The request on whose behalf keys are fetched, if any: Supabase is told. */
  readonly requestId?: () => string | undefined;
}

const lifetimeMs = 600_000;
/** How often tokens that name unknown keys can make us ask, and how often a known set is asked for in an outage. */
const patienceMs = 30_000;
/** Without any key nobody gets in, so this outage is looked at more often. */
const bareRetryMs = 1_000;

/**
 * The keys of a Supabase project: kept for 10 minutes, fetched by one request at a time. When Supabase is away
 * the last good set serves on. A key that we do not know yet is asked for at once, but at most every 30 s.
 */
export class RemoteTokenKeys implements TokenKeys {
  readonly #address: string;
  readonly #clock: Clock;
  readonly #requestId: () => string | undefined;
  #set: KeySet | null = null;
  #fetchedAt = 0;
  #failedAt: number | null = null;
  #lastFailure: unknown = null;
  #askedForUnknownAt: number | null = null;
  #underWay: Promise<void> | null = null;

  constructor({ address, clock, requestId }: RemoteTokenKeysOptions) {
    this.#address = address;
    this.#clock = clock;
    this.#requestId = requestId ?? (() => undefined);
  }

  async find(header: { readonly alg: 'ES256' | 'RS256'; readonly kid: string }): Promise<CryptoKey | null> {
    await this.#keepFresh();
    const known = await this.#set?.find(header);
    if (known) return known;
    await this.#askForUnknown();
    const found = await this.#set?.find(header);
    if (found) return found;
    // The key may be a new one that we could not hear of: no reason to call the token bad.
    if (this.#failedAt !== null || !this.#set?.size) throw this.#unavailable();
    return null;
  }

  async ready(): Promise<boolean> {
    await this.#keepFresh();
    return this.#set !== null && this.#set.size > 0;
  }

  async #keepFresh(): Promise<void> {
    const now = this.#now();
    if (this.#set === null) {
      if (!within(this.#failedAt, bareRetryMs, now)) await this.#refresh();
    } else if (now - this.#fetchedAt >= lifetimeMs && !within(this.#failedAt, patienceMs, now)) {
      const refreshed = this.#refresh();
      // Once Supabase is known to be away, nobody waits to hear it again.
      if (this.#failedAt === null) await refreshed;
    }
  }

  async #askForUnknown(): Promise<void> {
    const now = this.#now();
    if (this.#underWay) return this.#underWay;
    // Right after a failure there is nothing to hear; `keepFresh` decides when to try again.
    if (this.#set === null || within(this.#askedForUnknownAt, patienceMs, now)) return undefined;
    this.#askedForUnknownAt = now;
    return this.#refresh();
  }

  /** Never rejects: what went wrong is kept, and what we had stays good. */
  #refresh(): Promise<void> {
    this.#underWay ??= this.#fetch().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #fetch(): Promise<void> {
    try {
      this.#set = await fetchKeySet(this.#address, this.#requestId());
      this.#fetchedAt = this.#now();
      this.#failedAt = null;
    } catch (error) {
      this.#failedAt = this.#now();
      this.#lastFailure = error;
    }
  }

  #unavailable() {
    return generalFaults.dependency_unavailable('The keys of the identity provider cannot be had.', {
      retryAfterMs: bareRetryMs,
      cause: this.#lastFailure,
    });
  }

  #now(): number {
    return this.#clock.elapsedMs();
  }
}

const within = (since: number | null, windowMs: number, now: number) =>
  since !== null && now - since < windowMs;
