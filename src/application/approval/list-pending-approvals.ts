import type { Approval } from '../../domain/approval/approval.js';
import { lacksSecondFactor, mayDecide } from '../../domain/approval/decision-rules.js';
import { missingApprovals, votersOf } from '../../domain/approval/vote.js';
import type { Command } from '../../domain/command/command.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { MemberRoles } from '../ports/member-roles.js';

/** A command that waits for people, as one of them sees it. */
export interface PendingApproval {
  readonly command: Command;
  readonly approval: Approval;
  /** Whether the vote of whoever asks would be heard now. */
  readonly mayDecide: boolean;
  /** Whether it would be, had they used their second factor lately. */
  readonly secondFactorMissing: boolean;
  /** An approval whose giver is no longer somebody whom the rule asks does not count. */
  readonly missing: number;
}

export class ListPendingApprovals {
  readonly #records: CommandRecords;
  readonly #roles: MemberRoles;

  constructor(records: CommandRecords, roles: MemberRoles) {
    this.#records = records;
    this.#roles = roles;
  }

  /** Newest first. A page may hold fewer than `limit` while more follow. */
  async execute(principal: Principal, page: PageRequest): Promise<Page<PendingApproval>> {
    requireAccess(principal, 'listPendingApprovals');
    const filter = { deviceId: null, sessionId: null, state: 'awaiting_approval' } as const;
    const { items, nextCursor } = await this.#records.list(principal.customerId, filter, page);
    const voters = new Set(items.flatMap(({ command }) => votersOf(command.approval)));
    const roles = await this.#roles.of(principal.customerId, [...voters]);
    const pending = items.flatMap((reading) => {
      const { now } = reading;
      const { command } = commandAsOf(reading.command, now);
      const { approval } = command;
      if (approval === null || command.state !== 'awaiting_approval') return [];
      const missing = missingApprovals(approval, roles);
      const vote = {
        mayDecide: mayDecide(command, principal, now),
        secondFactorMissing: lacksSecondFactor(command, principal, now),
      };
      return [{ command, approval, ...vote, missing }];
    });
    return { items: pending, nextCursor };
  }
}
