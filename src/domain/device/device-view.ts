import type { Device } from './device.js';
import type { Beat, Connection } from './presence.js';
import { connectionOf } from './presence.js';

/** A device as people see it: the record, and how it looks from here. */
export interface DeviceView {
  readonly device: Device;
  readonly connection: Connection;
  readonly lastSeenAt: Date | null;
}

export function viewOf(device: Device, beat: Beat | null, now: Date): DeviceView {
  return {
    device: { ...device, agentVersion: beat?.agentVersion ?? device.agentVersion },
    connection: connectionOf(beat, device.lastSignInAt, now),
    lastSeenAt: beat?.at ?? device.lastSignInAt,
  };
}
