import type { Cause } from '../activity/activity-entry.js';

/** A signed-in device, and the request it makes. */
export interface DeviceCaller {
  readonly deviceId: string;
  readonly customerId: string;
  /** The generation of the token it came with. */
  readonly tokenGeneration: number;
  readonly requestId: string;
}

export const causeOfDevice = (caller: Pick<DeviceCaller, 'deviceId' | 'requestId'>): Cause => ({
  actor: { kind: 'device', id: caller.deviceId },
  requestId: caller.requestId,
});
