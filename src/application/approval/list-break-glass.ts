import type { BreakGlassReview } from '../../domain/approval/break-glass.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { BreakGlassReviews } from '../ports/break-glass-reviews.js';

export class ListBreakGlass {
  readonly #reviews: BreakGlassReviews;

  constructor(reviews: BreakGlassReviews) {
    this.#reviews = reviews;
  }

  /** Reviews that are open, or those that are closed, newest first. */
  execute(principal: Principal, isOpen: boolean, page: PageRequest): Promise<Page<BreakGlassReview>> {
    requireAccess(principal, 'listBreakGlass');
    return this.#reviews.list(principal.customerId, isOpen, page);
  }
}
