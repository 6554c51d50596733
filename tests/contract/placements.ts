import type { Placement } from '../../src/domain/command/placement.js';

export const device = 'device-a';

export const offer = (
  commandId: string,
  rank: number,
  more: { delayMs?: number; dueInMs?: number | null } = {},
): Placement => ({
  kind: 'offer',
  deviceId: device,
  commandId,
  rank,
  delayMs: 0,
  dueInMs: null,
  ...more,
});
export const hold = (
  commandId: string,
  rank: number,
  attemptId: string,
  forMs: number,
  dueInMs: number | null = null,
): Placement => ({
  kind: 'hold',
  deviceId: device,
  commandId,
  rank,
  attemptId,
  forMs,
  dueInMs,
});
export const watch = (commandId: string, dueInMs: number): Placement => ({
  kind: 'watch',
  deviceId: device,
  commandId,
  dueInMs,
});
export const drop = (commandId: string): Placement => ({ kind: 'drop', deviceId: device, commandId });
