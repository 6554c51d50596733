import type { Principal } from './principal.js';
import type { Role } from './role.js';
import { roles } from './role.js';
import { generalFaults } from '../shared/general-faults.js';

export const customerActions = ['read', 'propose', 'cancel', 'pause', 'decide', 'administer'] as const;
/** What can be done on a customer's behalf. */
export type CustomerAction = (typeof customerActions)[number];

const leastRole: Readonly<Record<CustomerAction, Role>> = {
  read: 'viewer',
  propose: 'operator',
  cancel: 'operator',
  pause: 'operator',
  decide: 'approver',
  administer: 'admin',
};

export function mayDo(role: Role, action: CustomerAction): boolean {
  return roles.indexOf(role) >= roles.indexOf(leastRole[action]);
}

/** Throws `forbidden` unless the principal's role allows the action. */
export function requireRole(principal: Principal, action: CustomerAction): void {
  if (!mayDo(principal.role, action)) {
    throw generalFaults.forbidden(
      `This needs the role ${leastRole[action]} or above; yours is ${principal.role}.`,
    );
  }
}
