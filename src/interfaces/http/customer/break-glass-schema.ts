import { z } from 'zod';
import type { BreakGlassReview } from '../../../domain/approval/break-glass.js';
import { reviewVerdicts } from '../../../domain/approval/break-glass.js';
import { instant } from '../time-fields.js';

const named = z.strictObject({ id: z.uuid(), name: z.string() });

export const breakGlassSchema = z
  .strictObject({
    commandId: z.uuid(),
    deviceId: z.string(),
    type: z.string(),
    reason: z.string(),
    brokenBy: named,
    openedAt: instant,
    state: z.enum(['open', 'closed']),
    review: z
      .strictObject({ verdict: z.enum(reviewVerdicts), note: z.string(), by: named, at: instant })
      .nullable(),
  })
  .meta({ id: 'BreakGlass', description: 'One command that ran without approval, and what was said of it.' });

export const presentBreakGlass = (review: BreakGlassReview): z.output<typeof breakGlassSchema> => ({
  commandId: review.commandId,
  deviceId: review.deviceId,
  type: review.type,
  reason: review.reason,
  brokenBy: { ...review.brokenBy },
  openedAt: review.openedAt.toISOString(),
  state: review.closing === null ? 'open' : 'closed',
  review: review.closing === null ? null : { ...review.closing, by: { ...review.closing.by } },
});
