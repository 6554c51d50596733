import { z } from 'zod';
import { maxLeaseMs, minLeaseMs } from '../../../domain/command/claim.js';
import {
  expiresInRange,
  maxAttemptsRange,
  maxKeyLength,
  priorityRange,
} from '../../../domain/command/command-type.js';
import type { ProposalRequest } from '../../../domain/command/proposal.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { boundedJsonObject } from '../json-fields.js';
import { text } from '../text-fields.js';
import { givenInstant } from '../time-fields.js';
import { idempotencyProblems } from './idempotency-problems.js';

const maxParameterBytes = 32_768;
const yearMs = 31_536_000_000;

const key = text(maxKeyLength)
  .min(1)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

export const proposalBody = z.strictObject({
  type: z.string().min(1).max(64),
  parameters: boundedJsonObject(maxParameterBytes),
  priority: z.int().min(priorityRange.min).max(priorityRange.max).default(priorityRange.default),
  reason: text(1_000).nullable().default(null),
  notBefore: givenInstant.nullable().default(null).describe('At most a year ahead.'),
  expiresInMs: z.int().min(expiresInRange.minMs).max(expiresInRange.maxMs).nullable().default(null),
  maxAttempts: z.int().min(maxAttemptsRange.min).max(maxAttemptsRange.max).nullable().default(null),
  visibilityTimeoutMs: z.int().min(minLeaseMs).max(maxLeaseMs).nullable().default(null),
  lane: key
    .nullable()
    .default(null)
    .describe('Commands of one lane of a device run one at a time, in the order of their acceptance.'),
  dedupeKey: key
    .nullable()
    .default(null)
    .describe(
      'The command takes the place of one with the same key that the device has not begun; one that it has begun goes first.',
    ),
});

/** What a proposal may be refused for. */
export const proposalProblems = [
  'not_found',
  'unknown_command_type',
  'invalid_parameters',
  'device_not_active',
  'queue_full',
  ...idempotencyProblems,
] as const;

type Proposal = z.output<typeof proposalBody>;

/** What is asked for, with its time read. `notBefore` is at most a year from `now`. */
export function proposalRequest(
  { notBefore, ...proposal }: Proposal,
  now: Date,
): ProposalRequest & { type: string } {
  const at = notBefore === null ? null : new Date(notBefore);
  if (at !== null && !(at.getTime() <= now.getTime() + yearMs)) {
    throw generalFaults.invalid_request(undefined, {
      errors: [{ path: 'notBefore', message: 'must be at most one year ahead' }],
    });
  }
  return { ...proposal, notBefore: at };
}
