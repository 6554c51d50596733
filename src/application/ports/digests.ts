import type { JsonValue } from '../../domain/shared/json.js';

export interface Digests {
  /** SHA-256 of the canonical form (RFC 8785), 64 lower-case hex characters. */
  of(value: JsonValue): string;
}
