import { createHash } from 'node:crypto';
import type { Person } from '../../application/ports/identity-verifier.js';

const maxEntries = 10_000;
const lifetimeMs = 60_000;

/**
 * Tokens that were good a moment ago, so that a busy client costs one signature check a minute. The key is the
 * SHA-256 of the whole token: a key made of claims could be shared by a forged token.
 */
export class VerifiedTokens {
  readonly #entries = new Map<string, { readonly person: Person; readonly until: number }>();

  find(token: string, now: Date): Person | null {
    const key = keyOf(token);
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.until > now.getTime()) return entry.person;
    this.#entries.delete(key);
    return null;
  }

  keep(token: string, person: Person, now: Date): void {
    const key = keyOf(token);
    this.#entries.delete(key);
    // A Map lists in the order of insertion, so the first is the oldest.
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= maxEntries && oldest !== undefined) this.#entries.delete(oldest);
    const until = Math.min(person.expiresAt.getTime(), now.getTime() + lifetimeMs);
    this.#entries.set(key, { person, until });
  }
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');
