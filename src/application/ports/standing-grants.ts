import type { StandingGrant } from '../../domain/approval/standing-grant.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** Standing grants. Ids of another customer are as unknown as those of nobody. */
export interface StandingGrants {
  /** False when the id is taken: a repetition adds nothing. */
  add(grant: StandingGrant): Promise<boolean>;
  /** Inside a transaction: the customer's grant, locked until that ends; null when there is none. */
  lock(customerId: string, id: string): Promise<StandingGrant | null>;
  /** Inside a transaction: the active ones for this type that have uses and time left, locked, the oldest first. */
  lockActive(customerId: string, type: string): Promise<readonly StandingGrant[]>;
  /**
   * Those that this person approved, and by which a command was let run that has not ended; none of them is locked. In a
   * transaction that holds the lock on the person's membership, no command comes under another one of theirs.
   */
  restingOn(customerId: string, userId: string): Promise<readonly StandingGrant[]>;
  /** Writes state, uses and approval. The caller holds the lock. */
  save(grant: StandingGrant): Promise<void>;
  find(customerId: string, id: string): Promise<StandingGrant | null>;
  /** Newest first. */
  list(customerId: string, page: PageRequest): Promise<Page<StandingGrant>>;
}
