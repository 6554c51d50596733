import { approvalFaults } from '../../domain/approval/approval-faults.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { MemberDirectory } from '../ports/member-directory.js';

export type Person = Extract<Principal, { kind: 'member' }>;

/** The person with the role they hold at this moment: one that was taken away since the request came in is none. */
export async function withLiveRole(principal: Principal, members: MemberDirectory): Promise<Person> {
  if (principal.kind !== 'member') throw approvalFaults.human_required();
  const memberships = await members.membershipsOf(principal.id);
  const live = memberships.find(({ customerId }) => customerId === principal.customerId);
  if (live === undefined) throw generalFaults.forbidden('You do not belong to this customer any more.');
  return { ...principal, role: live.role };
}
