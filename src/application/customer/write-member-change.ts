import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { Member } from '../../domain/customer/customer.js';
import { requireAnotherAdmin } from '../../domain/customer/member-rules.js';
import { isBelow } from '../../domain/customer/role.js';
import type { Transaction } from '../ports/unit-of-work.js';
import { endDepartedWork } from '../shared/end-departed-work.js';

export interface MemberChange {
  readonly before: Member;
  readonly after: Member;
  /** The user ids of the customer's admins, which were locked. */
  readonly admins: readonly string[];
  readonly cause: Cause;
}

/**
 * Gives a member another role or name, and ends what rests on them and could not any more. Throws `last_admin`. Returns
 * the commands that changed.
 */
export async function writeMemberChange(
  transaction: Transaction,
  { before, after, admins, cause }: MemberChange,
): Promise<readonly Command[]> {
  const { customerId, userId } = before;
  const roleChanged = after.role !== before.role;
  const renamed = after.name !== before.name;
  if (!roleChanged && !renamed) return [];
  if (roleChanged) requireAnotherAdmin(admins, userId);
  await transaction.members.putMember(after);
  const entry = { customerId, ...cause, subject: { kind: 'member', id: userId } } as const;
  if (roleChanged) {
    const data = { from: before.role, role: after.role };
    transaction.record({ ...entry, kind: 'member.role_changed', data });
  }
  if (renamed) transaction.record({ ...entry, kind: 'member.renamed', data: { name: after.name } });
  if (!isBelow(after.role, before.role)) return [];
  return endDepartedWork(transaction, customerId, { id: userId, role: after.role }, cause);
}
