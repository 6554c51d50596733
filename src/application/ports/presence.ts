import type { Beat } from '../../domain/device/presence.js';

/** Who was heard of when. Ephemeral: a lost store is filled again by the next heartbeats. */
export interface Presence {
  /** Keeps the beat as the latest one, and as one of the samples of the last hour. */
  beat(deviceId: string, beat: Beat): Promise<void>;
  /** The latest beats, in the order of the ids; null where nothing is known. */
  latest(deviceIds: readonly string[]): Promise<readonly (Beat | null)[]>;
  /** The samples of the last hour before `now`, oldest first, at most 240. */
  lastHour(deviceId: string, now: Date): Promise<readonly Beat[]>;
}
