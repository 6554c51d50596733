import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const approvalFaultDefinitions = {
  already_decided: { kind: 'conflict', title: 'The approval has been decided' },
  approval_expired: { kind: 'gone', title: 'Nobody decided within the approval window' },
  digest_mismatch: { kind: 'precondition', title: 'The digest is not that of what waits' },
  self_approval: { kind: 'forbidden', title: 'Nobody decides on their own proposal' },
  human_required: { kind: 'forbidden', title: 'Only a person may do this' },
  mfa_required: { kind: 'forbidden', title: 'A second factor is needed to decide this' },
  reason_required: { kind: 'invalid', title: 'Whoever decides this has to say why' },
  standing_grant_ended: { kind: 'conflict', title: 'The standing grant has ended' },
  self_review: { kind: 'forbidden', title: 'Nobody reviews the glass that they broke themselves' },
  review_closed: { kind: 'conflict', title: 'The review has been closed' },
  policy_changed: { kind: 'precondition', title: 'The approval policy is not the one that was read' },
  precondition_required: { kind: 'precondition', title: 'Say which version is changed, with If-Match' },
} satisfies Record<string, FaultDefinition>;

export const approvalFaults = defineFaults(approvalFaultDefinitions);
