import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const approvalFaultDefinitions = {
  already_decided: { kind: 'conflict', title: 'The approval has been decided' },
  approval_expired: { kind: 'gone', title: 'Nobody decided within the approval window' },
  digest_mismatch: { kind: 'precondition', title: 'The digest is not that of the command that waits' },
  self_approval: { kind: 'forbidden', title: 'Nobody decides on their own proposal' },
  human_required: { kind: 'forbidden', title: 'Only a person may do this' },
  mfa_required: { kind: 'forbidden', title: 'A second factor is needed to decide this' },
} satisfies Record<string, FaultDefinition>;

export const approvalFaults = defineFaults(approvalFaultDefinitions);
