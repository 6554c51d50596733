import type { Device } from '../api/things.js';
import type { LivePresence } from '../live/live-messages.js';

/** As the gateway has it: two beats and a half missed make a device stale, ten make it offline. */
const staleAfterMs = 75_000;
const offlineAfterMs = 300_000;

/** The device as it stands at `nowMs`: nobody tells that nothing was heard. */
export function deviceAt(device: Device, nowMs: number): Device {
  if (device.lastSeenAt === null || device.connection === 'never') return device;
  const silentMs = nowMs - Date.parse(device.lastSeenAt);
  if (silentMs >= offlineAfterMs) return { ...device, connection: 'offline' };
  if (silentMs >= staleAfterMs && device.connection !== 'offline') return { ...device, connection: 'stale' };
  return device;
}

/** The device after it was heard. */
export const withPresence = (device: Device, heard: LivePresence): Device => ({
  ...device,
  connection: heard.connection,
  lastSeenAt: heard.lastSeenAt ?? device.lastSeenAt,
  agentVersion: heard.agentVersion ?? device.agentVersion,
});
