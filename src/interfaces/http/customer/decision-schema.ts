import { z } from 'zod';
import { text } from '../text-fields.js';

export const decisionBody = z.strictObject({
  approved: z.boolean(),
  // Whatever else it is, it is another digest.
  digest: z.string().min(1).max(128).describe('The digest of what the person was shown.'),
  reason: text(1_000).nullable().default(null),
});

export const decisionProblems = [
  'not_found',
  'already_decided',
  'approval_expired',
  'digest_mismatch',
  'self_approval',
  'human_required',
  'mfa_required',
  'reason_required',
  'command_finished',
] as const;
