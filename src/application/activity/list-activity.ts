import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { ActivityFilter, ActivityLog } from '../ports/activity-log.js';

export class ListActivity {
  readonly #log: ActivityLog;

  constructor(log: ActivityLog) {
    this.#log = log;
  }

  /** The customer's log, or what of it concerns somebody or something, the earliest entry first. */
  async execute(principal: Principal, filter: ActivityFilter, page: PageRequest): Promise<Page<LoggedEntry>> {
    requireAccess(principal, 'listActivity');
    return this.#log.list(principal.customerId, filter, page);
  }
}
