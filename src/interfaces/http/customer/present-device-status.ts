import { z } from 'zod';
import type { DeviceStatus } from '../../../application/device/get-device-status.js';
import type { Beat } from '../../../domain/device/presence.js';
import { connections, reportedStatuses } from '../../../domain/device/presence.js';
import { durationMs, instant, optionalInstant } from '../time-fields.js';
import { presentSession, sessionSchema } from './session-schema.js';
import { presentQueuePause, queuePauseSchema } from './present-queue-pause.js';

const measured = z.record(z.string(), z.number());

const sample = z
  .object({ at: instant })
  .catchall(z.union([z.number(), z.string()]))
  .describe('Numbers by name, and when they were heard.');

export const deviceStatusSchema = z
  .strictObject({
    connection: z.enum(connections),
    lastHeartbeatAt: optionalInstant,
    status: z.enum(reportedStatuses).nullable().describe('What the device said of itself last.'),
    metrics: z.strictObject({ latest: measured.nullable(), lastHour: z.array(sample) }),
    activeSession: sessionSchema.nullable(),
    queue: z.strictObject({
      depth: z.int().describe('Commands that have not ended.'),
      oldestAgeMs: durationMs.nullable(),
      pause: queuePauseSchema.nullable().describe('Set while a person holds the queue back.'),
    }),
  })
  .meta({ id: 'DeviceStatus', description: 'How a device does.' });

export const presentDeviceStatus = (status: DeviceStatus): z.output<typeof deviceStatusSchema> => ({
  connection: status.connection,
  lastHeartbeatAt: status.lastBeat?.at.toISOString() ?? null,
  status: status.lastBeat?.status ?? null,
  metrics: { latest: status.lastBeat?.metrics ?? null, lastHour: status.lastHour.map(presentSample) },
  activeSession: status.activeSession === null ? null : presentSession(status.activeSession),
  queue: {
    depth: status.queue.depth,
    oldestAgeMs: status.queue.oldestAgeMs,
    pause: presentQueuePause(status.device.queuePause),
  },
});

/** The time has the last word: a device may well call one of its metrics `at`. */
const presentSample = ({ at, metrics }: Beat) => ({ ...metrics, at: at.toISOString() });
