import type { JsonValue } from '../../domain/shared/json.js';

export interface Digests {
  /** SHA-256 of the canonical form (RFC 8785), 64 lower-case hex characters. */
  of(value: JsonValue): string;
  /**
   * A link of a chain: SHA-256 of the 32 bytes of `before`, given in hex, and the canonical form of the value after
   * them. Null when the value has no canonical form, or `before` is not 64 lower-case hex characters.
   */
  after(before: string, value: JsonValue): string | null;
}
