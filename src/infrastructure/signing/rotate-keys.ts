import { newGrantSigningKey, readGrantKey } from './grant-key.js';
import type { KeyRing, RingKey } from './key-ring.js';
import { signSuccession } from './key-succession.js';
import { readKeyText } from './key-text.js';

export interface RotatedRing {
  /** The new key is known to it and signs nothing yet. For fleets that change one gateway after the other. */
  readonly announced: KeyRing;
  /** The new key signs; the former one counts until `formerUntil`. */
  readonly rotated: KeyRing;
}

/** Adds a new key, which the present one vouches for. Former keys whose time is over go; statements stay for ever. */
export async function rotate(ring: KeyRing, now: Date, formerUntil: Date): Promise<RotatedRing> {
  const read = readGrantKey(readKeyText(await newGrantSigningKey()), 'The new key');
  const next: RingKey = { ...read, until: null };
  const successions = [...ring.successions, await signSuccession(ring.signing, next, formerUntil)];
  const others = ring.others.filter(({ until }) => until === null || until > now);
  return {
    announced: { signing: ring.signing, others: [next, ...others], successions },
    rotated: { signing: next, others: [{ ...ring.signing, until: formerUntil }, ...others], successions },
  };
}

/** Without a former key, from now on. The one that signs cannot go: rotate first. */
export function revoke(ring: KeyRing, keyId: string): KeyRing {
  if (ring.signing.keyId === keyId) throw new Error('This key signs. Rotate first, then revoke it.');
  const others = ring.others.filter((key) => key.keyId !== keyId);
  if (others.length === ring.others.length) throw new Error(`There is no key ${keyId} in the ring.`);
  return { ...ring, others };
}
