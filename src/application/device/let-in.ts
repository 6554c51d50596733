import { deviceOfToken } from '../../domain/device/device-token.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Admission, KeptToken } from '../ports/device-tokens.js';
import type { Secrets } from '../ports/secrets.js';

export type AdmittedDevice = Exclude<Admission, { kind: 'unknown' }>;

/** Who holds the token, as `admit` finds it. Throws `unauthenticated` when that is nobody. */
export async function letIn(
  token: string,
  secrets: Secrets,
  admit: (kept: KeptToken) => Promise<Admission>,
): Promise<AdmittedDevice> {
  const deviceId = deviceOfToken(token);
  if (deviceId !== null) {
    const admission = await admit({ deviceId, hash: secrets.hash(token) });
    if (admission.kind !== 'unknown') return admission;
  }
  throw generalFaults.unauthenticated('The device token is unknown or has run out.');
}
