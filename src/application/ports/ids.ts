export interface Ids {
  /** A new UUIDv7 (RFC 9562): unique, and roughly in the order of time. */
  uuid(): string;
}
