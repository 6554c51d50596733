import type { DeviceSecret } from '../../domain/device/device-secret.js';
import type { Secrets } from '../ports/secrets.js';

/** Sits in for the secrets of an unknown device, so that it costs what a known one does. */
const nobody = '0'.repeat(64);

/** Which of a device's live secrets was presented. Always compares against two, whatever the device has. */
export function pickSecret(
  secrets: Secrets,
  live: readonly DeviceSecret[],
  presented: string,
): DeviceSecret | null {
  const [first, second] = live;
  const firstFits = secrets.same(first?.hash ?? nobody, presented);
  const secondFits = secrets.same(second?.hash ?? nobody, presented);
  if (firstFits) return first ?? null;
  return secondFits ? (second ?? null) : null;
}
