import type { ApiKey } from '../../domain/customer/api-key.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** A key that opens, and the name of the customer that it opens for. */
export interface LiveApiKey {
  readonly key: ApiKey;
  readonly customerName: string;
}

/** Keys of service accounts. Of the secrets, only SHA-256 is kept. */
export interface ApiKeys {
  /** By the hash of the secret. Null when nobody holds it, or it is revoked or has expired, by the record's clock. */
  findLive(hash: string): Promise<LiveApiKey | null>;
  /** The keys of a customer that were not revoked, newest first; those that have expired too. */
  list(customerId: string, page: PageRequest): Promise<Page<ApiKey>>;
  /**
   * Adds the key. Where this very key is there, made by the same person and never used, its secret is replaced: the
   * answer that held the former one was lost. Rejects with `not_found` for a customer that does not exist.
   */
  put(key: ApiKey, hash: string): Promise<void>;
  /** `false` when it was revoked before; null when the customer has no such key. Of several at once one gets true. */
  revoke(customerId: string, id: string, at: Date): Promise<boolean | null>;
  /** Notes a use, by the record's clock, unless one was noted within the last minute. */
  noteUse(id: string): Promise<void>;
}
