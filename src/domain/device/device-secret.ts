/** A device's former secret lives on for at most this long while the new one has not been used. */
export const secretOverlapMs = 86_400_000;

/** A device token dies when it is not used for a week, and after 30 days in any case. */
export const tokenIdleMs = 604_800_000;
export const tokenLifeMs = 2_592_000_000;

/** One of the at most two secrets of a device that live at once. Only the hash is kept. */
export interface DeviceSecret {
  readonly hash: string;
  readonly createdAt: Date;
  readonly firstUsedAt: Date | null;
  /** Null while it is the newest one. */
  readonly expiresAt: Date | null;
}

/** The secrets that still open the device at `now`. */
export function liveSecrets(secrets: readonly DeviceSecret[], now: Date): readonly DeviceSecret[] {
  return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
}
