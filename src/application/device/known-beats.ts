import type { Beat } from '../../domain/device/presence.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import type { Presence } from '../ports/presence.js';

/** The latest beats; null for all while the store that knows them is away: the record can be shown without them. */
export async function knownBeats(
  presence: Presence,
  deviceIds: readonly string[],
): Promise<readonly (Beat | null)[]> {
  try {
    return await presence.latest(deviceIds);
  } catch (error) {
    ignoreUnavailable(error);
    return deviceIds.map(() => null);
  }
}
