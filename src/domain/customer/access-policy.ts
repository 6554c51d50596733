import { approvalFaults } from '../approval/approval-faults.js';
import { generalFaults } from '../shared/general-faults.js';
import type { Principal } from './principal.js';
import type { Role } from './role.js';
import { isBelow } from './role.js';

export interface Access {
  /** The least role that it takes. */
  readonly from: Role;
  /** A program may not do it in any role. */
  readonly peopleOnly?: boolean;
}

/** Who may do what on a customer's behalf, by use case. It stands nowhere else. */
export const accessPolicy = {
  listDevices: { from: 'viewer' },
  getDevice: { from: 'viewer' },
  getDeviceStatus: { from: 'viewer' },
  listCommandTypes: { from: 'viewer' },
  listCommands: { from: 'viewer' },
  getCommand: { from: 'viewer' },
  explainCommand: { from: 'viewer' },
  listApprovedCommands: { from: 'viewer' },
  listPendingApprovals: { from: 'viewer' },
  listMembers: { from: 'viewer' },
  listApiKeys: { from: 'viewer' },
  listSessions: { from: 'viewer' },
  getSession: { from: 'viewer' },
  readSessionTimeline: { from: 'viewer' },
  getApprovalPolicy: { from: 'viewer' },
  listStandingGrants: { from: 'viewer' },
  getStandingGrant: { from: 'viewer' },
  listBreakGlass: { from: 'viewer' },
  listActivity: { from: 'viewer' },
  verifyActivity: { from: 'viewer' },

  proposeCommand: { from: 'operator' },
  redriveCommand: { from: 'operator' },
  cancelCommand: { from: 'operator' },
  settleCommand: { from: 'operator', peopleOnly: true },
  openSession: { from: 'operator' },
  closeSession: { from: 'operator' },
  proposeInSession: { from: 'operator' },
  requestStandingGrant: { from: 'operator' },
  revokeStandingGrant: { from: 'operator' },
  pauseDeviceQueue: { from: 'operator' },
  resumeDeviceQueue: { from: 'operator' },

  decideCommand: { from: 'approver', peopleOnly: true },
  decideStandingGrant: { from: 'approver', peopleOnly: true },

  provisionDevice: { from: 'admin' },
  updateDevice: { from: 'admin' },
  issueActivationCode: { from: 'admin' },
  changeDeviceLifecycle: { from: 'admin' },
  signOutDeviceEverywhere: { from: 'admin' },
  changeApprovalPolicy: { from: 'admin', peopleOnly: true },
  breakGlass: { from: 'admin', peopleOnly: true },
  reviewBreakGlass: { from: 'admin', peopleOnly: true },
  enrolMember: { from: 'admin', peopleOnly: true },
  changeMember: { from: 'admin', peopleOnly: true },
  removeMember: { from: 'admin', peopleOnly: true },
  createApiKey: { from: 'admin', peopleOnly: true },
  revokeApiKey: { from: 'admin', peopleOnly: true },
} as const satisfies Readonly<Record<string, Access>>;

export type CustomerUseCase = keyof typeof accessPolicy;

/** Whatever is written down for a service account, it reaches no further. */
const serviceAccountReach: Role = 'operator';

/**
 * Throws unless this principal may do it now: `human_required` where it takes a person, `forbidden` where it takes
 * another role.
 */
export function requireAccess(
  { kind, role }: Pick<Principal, 'kind' | 'role'>,
  useCase: CustomerUseCase,
): void {
  const { from, peopleOnly = false }: Access = accessPolicy[useCase];
  if (peopleOnly && kind !== 'member') throw approvalFaults.human_required();
  const reach = kind === 'service_account' && isBelow(serviceAccountReach, role) ? serviceAccountReach : role;
  if (isBelow(reach, from)) {
    throw generalFaults.forbidden(`This needs the role ${from} or above; yours is ${reach}.`);
  }
}
