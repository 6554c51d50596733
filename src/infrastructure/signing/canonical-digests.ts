import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digests } from '../../application/ports/digests.js';
import type { JsonValue } from '../../domain/shared/json.js';

export class CanonicalDigests implements Digests {
  of(value: JsonValue): string {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('Only JSON values have a digest.');
    return createHash('sha256').update(text).digest('hex');
  }
}
