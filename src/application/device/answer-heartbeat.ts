import type { ReportedStatus } from '../../domain/device/presence.js';
import { heartbeatIntervalMs } from '../../domain/device/presence.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { QueueDepth } from '../ports/dispatch-queue.js';

/** What a device says of itself. */
export interface Heartbeat {
  readonly status: ReportedStatus;
  readonly metrics: Readonly<Record<string, number>>;
  readonly agentVersion: string | null;
  /** Ids that the device says it holds. */
  readonly claimed: readonly string[];
}

export interface HeartbeatAnswer {
  readonly serverTime: Date;
  readonly nextHeartbeatMs: number;
  readonly pendingCommands: number;
  readonly cancelRequested: readonly string[];
}

/** A device whose beat is kept and told, and its queue as its admission showed it. */
export interface HeardDevice {
  readonly deviceId: string;
  readonly at: Date;
  readonly queue: QueueDepth;
  readonly claimed: readonly string[];
}

/** What it is answered. Only one that has work in hand costs a look at the record. */
export async function answerHeartbeat(
  records: CommandRecords,
  { deviceId, at, queue, claimed }: HeardDevice,
): Promise<HeartbeatAnswer> {
  const busy = queue.held > 0 || claimed.length > 0;
  return {
    serverTime: at,
    nextHeartbeatMs: heartbeatIntervalMs,
    pendingCommands: queue.waiting,
    cancelRequested: busy ? await cancelRequested(records, deviceId) : [],
  };
}

/** A beat is worth more than this hint: with the record away it is left out, and the next write brings it. */
async function cancelRequested(records: CommandRecords, deviceId: string): Promise<readonly string[]> {
  try {
    return await records.cancelRequested(deviceId);
  } catch (error) {
    ignoreUnavailable(error);
    return [];
  }
}
