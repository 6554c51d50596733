import type { CustomerUseCase } from '../../domain/customer/access-policy.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { customerFaults } from '../../domain/customer/customer-faults.js';
import type { Transaction } from '../ports/unit-of-work.js';

/**
 * Holds back every other change of the customer's people, and asks again whether the caller may do this: somebody may
 * have taken their role since the request came in. The user ids of the admins.
 */
export async function lockPeople(
  { members }: Transaction,
  { principal }: Caller,
  useCase: CustomerUseCase,
): Promise<readonly string[]> {
  const admins = await members.lockAdmins(principal.customerId);
  const live = await members.find(principal.customerId, principal.id);
  if (live === null) throw customerFaults.not_a_member();
  requireAccess({ kind: principal.kind, role: live.role }, useCase);
  return admins;
}
