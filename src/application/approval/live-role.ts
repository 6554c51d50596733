import { approvalFaults } from '../../domain/approval/approval-faults.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { MemberRoles } from '../ports/member-roles.js';

export type Person = Extract<Principal, { kind: 'member' }>;

/**
 * The person with the role they hold in this transaction, and until it ends: one that was taken away since the
 * request came in is none.
 */
export async function withLiveRole(principal: Principal, roles: MemberRoles): Promise<Person> {
  if (principal.kind !== 'member') throw approvalFaults.human_required();
  const role = (await roles.lock(principal.customerId, [principal.id])).get(principal.id);
  if (role === undefined) throw generalFaults.forbidden('You do not belong to this customer any more.');
  return { ...principal, role };
}
