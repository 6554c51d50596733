import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { ApprovedFilter, CommandRecords } from '../ports/command-records.js';
import type { PendingApproval } from './list-pending-approvals.js';

/** What people approved, for those who decide on the next one of its kind. */
export class ListApprovedCommands {
  readonly #records: CommandRecords;

  constructor(records: CommandRecords) {
    this.#records = records;
  }

  /** Newest proposal first. Of history that was purged, nothing is left. */
  async execute(
    principal: Principal,
    filter: ApprovedFilter,
    page: PageRequest,
  ): Promise<Page<PendingApproval>> {
    requireAccess(principal, 'listApprovedCommands');
    const { items, nextCursor } = await this.#records.approved(principal.customerId, filter, page);
    const approved = items.flatMap(({ command }) =>
      command.approval === null
        ? []
        : [{ command, approval: command.approval, mayDecide: false, secondFactorMissing: false, missing: 0 }],
    );
    return { items: approved, nextCursor };
  }
}
