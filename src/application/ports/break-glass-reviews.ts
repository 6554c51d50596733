import type { BreakGlassReview } from '../../domain/approval/break-glass.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** What has to be answered for. Command ids of another customer are as unknown as those of nobody. */
export interface BreakGlassReviews {
  /** Opens one. There is one for a command at most: a second is a mistake, and rejects. */
  open(review: BreakGlassReview): Promise<void>;
  /** Inside a transaction: the review, locked until that ends; null when there is none. */
  lock(customerId: string, commandId: string): Promise<BreakGlassReview | null>;
  /** Writes its end. The caller holds the lock. */
  close(review: BreakGlassReview): Promise<void>;
  /** Those that are open, or those that are closed, the newest command first. */
  list(customerId: string, isOpen: boolean, page: PageRequest): Promise<Page<BreakGlassReview>>;
}
