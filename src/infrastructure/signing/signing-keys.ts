import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { keptKey } from './kept-key.js';
import type { GrantKey } from './grant-key.js';
import { newGrantSigningKey } from './grant-key.js';
import type { KeyRing, RingKey } from './key-ring.js';
import { readKeyRing } from './key-ring.js';

export interface SigningKeySource {
  /** An Ed25519 private JWK, or a ring of them, as JSON; when absent a key is made once and kept in `dataDir`. */
  readonly grantSigningKey?: string | undefined;
  readonly dataDir: string;
}

/** Keys that are derived from the signing keys, for whoever writes with the newest and reads with all. */
export interface DerivedKeys {
  /** The one to write with. */
  newest(): Uint8Array;
  /** Those to read with, the newest among them. */
  all(): readonly Uint8Array[];
  /** After something that no key reads: whether there are other keys now. */
  lookAgain(): boolean;
}

/** How long a changed ring may go unnoticed by a gateway that meets none of its new keys. */
const lookEveryMs = 1_000;

/**
 * The grant-signing keys, and what is made from them, so that all gateways with the same keys agree. A ring that is
 * kept in a file is read again when it has changed; one that cannot be read then leaves things as they are.
 */
export class SigningKeys {
  readonly #changed: () => KeyRing | null;
  readonly #now: () => number;
  #ring: KeyRing;
  #lookedAt: number;

  /** `changed` answers the ring when it is another one than before, and null otherwise. */
  constructor(ring: KeyRing, changed: () => KeyRing | null = () => null, now: () => number = Date.now) {
    this.#ring = ring;
    this.#changed = changed;
    this.#now = now;
    this.#lookedAt = now();
  }

  get signing(): GrantKey {
    return this.#current().signing;
  }

  /** The key that signs, then those that still count or soon will. */
  get valid(): readonly [RingKey, ...RingKey[]] {
    const { signing, others } = this.#current();
    const now = this.#now();
    return [signing, ...others.filter(({ until }) => until === null || until.getTime() > now)];
  }

  get successions(): readonly string[] {
    return this.#current().successions;
  }

  readonly claimTokenKeys: DerivedKeys = {
    newest: () => this.signing.claimTokenKey,
    all: () => this.valid.map(({ claimTokenKey }) => claimTokenKey),
    lookAgain: () => this.#lookAgain(),
  };

  readonly idempotencyKeys: DerivedKeys = {
    newest: () => this.signing.idempotencyKey,
    all: () => this.valid.map(({ idempotencyKey }) => idempotencyKey),
    lookAgain: () => this.#lookAgain(),
  };

  #current(): KeyRing {
    if (this.#now() - this.#lookedAt >= lookEveryMs) this.#lookAgain();
    return this.#ring;
  }

  #lookAgain(): boolean {
    this.#lookedAt = this.#now();
    const ring = this.#changed();
    if (ring === null) return false;
    this.#ring = ring;
    return true;
  }
}

export const keyRingPath = (dataDir: string): string => join(dataDir, 'keys', 'grant-signing-key.json');

/** Rejects with an error that names GRANT_SIGNING_KEY, or the file, and never shows a key. */
export async function openSigningKeys(source: SigningKeySource): Promise<SigningKeys> {
  if (source.grantSigningKey !== undefined) {
    return new SigningKeys(readKeyRing(source.grantSigningKey, 'GRANT_SIGNING_KEY'));
  }
  const path = keyRingPath(source.dataDir);
  const ring = readKeyRing(await keptKey(path, newGrantSigningKey), path);
  return new SigningKeys(ring, changesOf(path));
}

/** A ring is replaced as a whole, by a rename: another file stands there then. */
function changesOf(path: string): () => KeyRing | null {
  let known = versionOf(path);
  return () => {
    const version = versionOf(path);
    if (version === known) return null;
    known = version;
    try {
      return readKeyRing(readFileSync(path, 'utf8'), path);
    } catch {
      return null;
    }
  };
}

function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : [found.ino, found.size, found.mtimeMs].join('/');
}
