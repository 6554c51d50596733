import { z } from 'zod';
import type { StandingGrantView } from '../../../application/approval/standing-grant-view.js';
import { standingRange, standingStatuses } from '../../../domain/approval/standing-grant.js';
import { risks } from '../../../domain/command/command-type.js';
import { deviceIdPattern } from '../../../domain/device/device.js';
import { anyJsonObject, boundedJsonObject } from '../json-fields.js';
import { label, line } from '../text-fields.js';
import { instant, optionalInstant } from '../time-fields.js';
import { decisionSchema } from './command-schema.js';
import { presentApproval } from './present-command.js';

const { minMs, maxMs, maxUses, maxDevices } = standingRange;

const devices = z.union([
  z.strictObject({ label }).describe('Those that carry the label when it is used.'),
  z.strictObject({ ids: z.array(z.string().regex(deviceIdPattern)).min(1).max(maxDevices) }),
]);

export const standingGrantBody = z.strictObject({
  type: z.string().min(1).max(64),
  parameters: boundedJsonObject(32_768)
    .nullable()
    .default(null)
    .describe('Exactly these; without, any that the type allows.'),
  devices,
  expiresInMs: z.int().min(minMs).max(maxMs),
  maxUses: z.int().min(1).max(maxUses),
  reason: line(1_000),
});

export const standingGrantSchema = z
  .strictObject({
    id: z.uuid(),
    customerId: z.uuid(),
    type: z.string(),
    risk: z.enum(risks),
    parameters: anyJsonObject.nullable(),
    devices,
    reason: z.string(),
    maxUses: z.int(),
    uses: z.int(),
    state: z.enum(standingStatuses),
    requestedBy: z.strictObject({
      kind: z.enum(['member', 'service_account']),
      id: z.string(),
      name: z.string(),
    }),
    createdAt: instant,
    expiresAt: instant,
    revokedAt: optionalInstant,
    approval: z.strictObject({
      digest: z.string(),
      required: z.int(),
      decisions: z.array(decisionSchema),
      expiresAt: instant,
    }),
    envelope: anyJsonObject.describe('Exactly what is approved.'),
    mayDecide: z.boolean().describe('Whether the vote of whoever asks would be heard now.'),
    secondFactorMissing: z
      .boolean()
      .describe('Whether it would be heard after they have used their second factor once more.'),
    missing: z.int().describe('How many approvals it lacks; while it lacks some, nothing runs by it.'),
  })
  .meta({ id: 'StandingGrant', description: 'What people let run beforehand, for a while, so many times.' });

export const presentStandingGrant = ({
  grant,
  state,
  mayDecide,
  secondFactorMissing,
  missing,
}: StandingGrantView): z.output<typeof standingGrantSchema> => ({
  id: grant.id,
  customerId: grant.customerId,
  type: grant.type,
  risk: grant.risk,
  parameters: grant.parameters,
  devices: 'label' in grant.devices ? { label: grant.devices.label } : { ids: [...grant.devices.ids] },
  reason: grant.reason,
  maxUses: grant.maxUses,
  uses: grant.uses,
  state,
  requestedBy: { ...grant.requestedBy },
  createdAt: grant.createdAt.toISOString(),
  expiresAt: grant.expiresAt.toISOString(),
  revokedAt: grant.revokedAt?.toISOString() ?? null,
  approval: presentApproval(grant.approval),
  envelope: grant.approval.envelope,
  mayDecide,
  secondFactorMissing,
  missing,
});
