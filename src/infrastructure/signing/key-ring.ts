import type { GrantKey } from './grant-key.js';
import { readGrantKey } from './grant-key.js';
import { readKeyText } from './key-text.js';

export interface RingKey extends GrantKey {
  /** When a former key ends to count; null for a key that signs, or is about to. */
  readonly until: Date | null;
}

/** The grant-signing keys of a fleet: the one that signs, those that were or will be, and how each led to the next. */
export interface KeyRing {
  readonly signing: RingKey;
  /** The others, newest first. */
  readonly others: readonly RingKey[];
  /** Compact JWSs, oldest first; see `key-succession.ts`. */
  readonly successions: readonly string[];
}

/**
 * A ring from its text: one private JWK alone, or `{"signing": <key id>, "keys": [<private JWK, "until"?>],
 * "successions": [<JWS>]}`. Throws an error that names `where`, and never shows a key.
 */
export function readKeyRing(text: string, where: string): KeyRing {
  const { signing: signingId, keys, successions, ...single } = readKeyText(text);
  if (!Array.isArray(keys)) {
    return { signing: { ...readGrantKey(single, where), until: null }, others: [], successions: [] };
  }
  const read = keys.map((key: unknown, index) =>
    readRingKey(key, `${where}: key ${String(index + 1)} of the ring`),
  );
  const signing = read.find(({ keyId }) => keyId === signingId);
  if (signing === undefined) throw new Error(`${where}: "signing" names no key of the ring.`);
  return {
    signing,
    others: read.filter((key) => key !== signing),
    successions: Array.isArray(successions) ? successions.filter((one) => typeof one === 'string') : [],
  };
}

/** The text of a ring, as `readKeyRing` takes it. It holds private keys. */
export function writeKeyRing({ signing, others, successions }: KeyRing): string {
  const keys = [signing, ...others].map(({ privateKey, until }) => {
    const { kty, crv, x, d } = privateKey.export({ format: 'jwk' });
    return { kty, crv, x, d, ...(until !== null && { until: until.toISOString() }) };
  });
  return JSON.stringify({ signing: signing.keyId, keys, successions });
}

function readRingKey(value: unknown, where: string): RingKey {
  const jwk: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const until = typeof jwk.until === 'string' ? new Date(jwk.until) : null;
  if (until !== null && Number.isNaN(until.getTime())) throw new Error(`${where}: "until" is not a time.`);
  return { ...readGrantKey(jwk, where), until };
}
