/** How a device looks from here. `never`: nothing was ever heard of it. */
export const connections = ['online', 'degraded', 'stale', 'offline', 'never'] as const;
export type Connection = (typeof connections)[number];

export const reportedStatuses = ['ok', 'busy', 'degraded', 'error'] as const;
/** What a device says of itself in a heartbeat. */
export type ReportedStatus = (typeof reportedStatuses)[number];

/** How often a device is asked to beat. */
export const heartbeatIntervalMs = 30_000;
/** Two beats and a half missed make a device stale, ten make it offline. */
export const staleAfterMs = 75_000;
export const offlineAfterMs = 300_000;

/** One heartbeat, as it was heard. */
export interface Beat {
  readonly at: Date;
  readonly status: ReportedStatus;
  /** Numbers only: `cpu` and `memory` as fractions of one, `uptimeMs`, and what else the agent measures. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly agentVersion: string | null;
}

/** The state of the connection at `now`, from the last beat or, where that is lost, from the last sign-in. */
export function connectionOf(last: Beat | null, lastSignInAt: Date | null, now: Date): Connection {
  if (last === null) return lastSignInAt === null ? 'never' : silence(lastSignInAt, now);
  const silent = silence(last.at, now);
  if (silent !== 'online') return silent;
  return last.status === 'degraded' || last.status === 'error' ? 'degraded' : 'online';
}

function silence(since: Date, now: Date): 'online' | 'stale' | 'offline' {
  const ms = now.getTime() - since.getTime();
  if (ms < staleAfterMs) return 'online';
  return ms < offlineAfterMs ? 'stale' : 'offline';
}
