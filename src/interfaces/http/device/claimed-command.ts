import { z } from 'zod';
import type { ClaimedCommand } from '../../../application/command/claim-commands.js';
import { maxLeaseMs, minLeaseMs } from '../../../domain/command/claim.js';
import { anyJsonObject } from '../json-fields.js';
import { durationMs } from '../time-fields.js';

export const leaseMs = z.int().min(minLeaseMs).max(maxLeaseMs);

/** A command in a device's hands. Everything about time is a duration: its clock does not matter. */
export const claimedSchema = z
  .strictObject({
    id: z.uuid(),
    type: z.string(),
    parameters: anyJsonObject,
    priority: z.int(),
    attempt: z.int(),
    claimToken: z.string().describe('Names this claim in extend, progress, release and result.'),
    visibleForMs: durationMs.describe('How long the claim holds unless it is extended, in milliseconds.'),
    expiresInMs: durationMs,
    deliveryClass: z.enum(['at_least_once', 'at_most_once']),
    cancelRequested: z.boolean(),
    grant: z.string().nullable().describe('Compact JWS (EdDSA) to be checked before anything runs.'),
  })
  .meta({ id: 'Claimed', description: 'A command in the hands of a device.' });

export const presentClaimed = (claimed: ClaimedCommand): z.output<typeof claimedSchema> => {
  const { command, claimToken, visibleForMs, expiresInMs } = claimed;
  return {
    id: command.id,
    type: command.type,
    parameters: command.parameters,
    priority: command.priority,
    attempt: command.attempt,
    claimToken,
    visibleForMs,
    expiresInMs,
    deliveryClass: command.deliveryClass,
    cancelRequested: command.cancelRequestedAt !== null,
    grant: command.grant,
  };
};
