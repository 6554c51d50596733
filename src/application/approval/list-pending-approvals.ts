import type { Approval } from '../../domain/approval/approval.js';
import { mayDecide, missingApprovals } from '../../domain/approval/decision-rules.js';
import type { Command } from '../../domain/command/command.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { CommandRecords } from '../ports/command-records.js';

/** A command that waits for people, as one of them sees it. */
export interface PendingApproval {
  readonly command: Command;
  readonly approval: Approval;
  /** Whether the vote of whoever asks would be heard now. */
  readonly mayDecide: boolean;
  readonly missing: number;
}

export class ListPendingApprovals {
  readonly #records: CommandRecords;

  constructor(records: CommandRecords) {
    this.#records = records;
  }

  /** Newest first. A page may hold fewer than `limit` while more follow. */
  async execute(principal: Principal, page: PageRequest): Promise<Page<PendingApproval>> {
    requireAccess(principal, 'listPendingApprovals');
    const filter = { deviceId: null, sessionId: null, state: 'awaiting_approval' } as const;
    const { items, nextCursor } = await this.#records.list(principal.customerId, filter, page);
    const pending = items.flatMap((reading) => {
      const { command } = commandAsOf(reading.command, reading.now);
      const { approval } = command;
      if (approval === null || command.state !== 'awaiting_approval') return [];
      return [
        { command, approval, mayDecide: mayDecide(command, principal), missing: missingApprovals(approval) },
      ];
    });
    return { items: pending, nextCursor };
  }
}
