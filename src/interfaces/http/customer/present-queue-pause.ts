import { z } from 'zod';
import type { QueuePause } from '../../../domain/device/device.js';
import { instant } from '../time-fields.js';

export const queuePauseSchema = z.strictObject({ since: instant, reason: z.string().nullable() });

export const presentQueuePause = (pause: QueuePause | null): z.output<typeof queuePauseSchema> | null =>
  pause === null ? null : { since: pause.since.toISOString(), reason: pause.reason };

/** What pausing and resuming answer. */
export const deviceQueueSchema = z.strictObject({
  deviceId: z.string(),
  pause: queuePauseSchema.nullable(),
});
