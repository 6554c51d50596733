import { z } from 'zod';
import { commandStates } from '../../../domain/command/command-state.js';
import { resultStatuses } from '../../../domain/command/command.js';
import { risks } from '../../../domain/command/command-type.js';
import { anyJson, anyJsonObject } from '../json-fields.js';
import { streamFields } from './stream-fields.js';
import { instant, optionalInstant } from '../time-fields.js';

const report = {
  status: z.enum(resultStatuses),
  output: z.string().nullable(),
  data: anyJson,
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  startedAt: z.string().nullable().describe("RFC 3339, by the device's own clock."),
  durationMs: z.int().nullable(),
};

export const decisionSchema = z.strictObject({
  by: z.strictObject({ id: z.string(), name: z.string() }),
  approved: z.boolean(),
  reason: z.string().nullable(),
  at: instant,
});

export const commandSchema = z
  .strictObject({
    id: z.uuid(),
    deviceId: z.string(),
    customerId: z.uuid(),
    sessionId: z.uuid().nullable(),
    type: z.string(),
    parameters: anyJsonObject,
    priority: z.int(),
    lane: z.string().nullable(),
    dedupeKey: z.string().nullable(),
    risk: z.enum(risks),
    deliveryClass: z.enum(['at_least_once', 'at_most_once']),
    state: z.enum(commandStates),
    reason: z
      .string()
      .nullable()
      .describe('Why it stands where it stands, as a stable word; without one, why it was proposed.'),
    proposedBy: z.strictObject({
      kind: z.enum(['member', 'service_account']),
      id: z.string(),
      name: z.string(),
    }),
    attempt: z.int().describe('Number of the latest claim; 0 before the first.'),
    maxAttempts: z.int(),
    lapses: z.int().describe('How often a claim ran out.'),
    createdAt: instant,
    notBefore: optionalInstant,
    expiresAt: instant,
    claimedAt: optionalInstant,
    finishedAt: optionalInstant,
    cancelRequestedAt: optionalInstant,
    progress: z
      .strictObject({
        percent: z.number().nullable(),
        message: z.string().nullable(),
        output: z.string().nullable().describe('As it came with the last report.'),
        at: instant,
        attempt: z.int().describe('Number of the claim that reported it.'),
        ...streamFields,
      })
      .nullable(),
    result: z.strictObject({ ...report, late: z.boolean() }).nullable(),
    approval: z
      .strictObject({
        digest: z.string().regex(/^[0-9a-f]{64}$/),
        required: z.int(),
        decisions: z.array(decisionSchema),
        expiresAt: instant,
      })
      .nullable(),
    allowedBy: z
      .strictObject({ kind: z.enum(['standing_grant', 'break_glass']), id: z.uuid() })
      .nullable()
      .describe(
        'What let it run at once although it would have waited: a standing grant, or the person who broke the glass.',
      ),
    redriveOf: z.uuid().nullable(),
    evidence: z
      .array(z.strictObject({ attempt: z.int(), receivedAt: instant, ...report }))
      .describe('Results that came too late to count.'),
  })
  .meta({ id: 'Command', description: 'One thing for one device to do.' });
