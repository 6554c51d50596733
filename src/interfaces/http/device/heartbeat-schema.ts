import { z } from 'zod';
import type { Heartbeat, HeartbeatAnswer } from '../../../application/device/answer-heartbeat.js';
import { reportedStatuses } from '../../../domain/device/presence.js';
import { line } from '../text-fields.js';
import { durationMs, instant } from '../time-fields.js';

const maxMetrics = 64;

export const heartbeatBody = z.strictObject({
  status: z.enum(reportedStatuses),
  metrics: z
    .record(line(64), z.number())
    .refine((metrics) => Object.keys(metrics).length <= maxMetrics, `at most ${String(maxMetrics)} metrics`)
    .nullish()
    .describe(
      'Numbers: `cpu` and `memory` as fractions of one, `uptimeMs`, and what else the agent measures.',
    ),
  agentVersion: line(64).nullish(),
  claimed: z.array(z.uuid()).max(100).nullish().describe('Ids of the commands that the device holds.'),
});

export const heartbeatAnswer = z.strictObject({
  serverTime: instant,
  nextHeartbeatMs: durationMs,
  pendingCommands: z.int(),
  cancelRequested: z.array(z.uuid()).describe('Commands of this device that somebody wants to stop.'),
});

/** What the device says of itself, complete. */
export const beatOf = (body: z.output<typeof heartbeatBody>): Heartbeat => ({
  status: body.status,
  metrics: body.metrics ?? {},
  agentVersion: body.agentVersion ?? null,
  claimed: body.claimed ?? [],
});

export const presentHeartbeat = (answer: HeartbeatAnswer): z.output<typeof heartbeatAnswer> => ({
  serverTime: answer.serverTime.toISOString(),
  nextHeartbeatMs: answer.nextHeartbeatMs,
  pendingCommands: answer.pendingCommands,
  cancelRequested: [...answer.cancelRequested],
});
