import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digests } from '../../application/ports/digests.js';
import type { JsonValue } from '../../domain/shared/json.js';

const digest = /^[0-9a-f]{64}$/;

export class CanonicalDigests implements Digests {
  of(value: JsonValue): string {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('Only JSON values have a digest.');
    return createHash('sha256').update(text).digest('hex');
  }

  after(before: string, value: JsonValue): string | null {
    const text = canonical(value);
    if (text === null || !digest.test(before)) return null;
    return createHash('sha256').update(Buffer.from(before, 'hex')).update(text).digest('hex');
  }
}

/** Half of a surrogate pair is text that has no canonical form. */
function canonical(value: JsonValue): string | null {
  try {
    return canonicalize(value) ?? null;
  } catch {
    return null;
  }
}
