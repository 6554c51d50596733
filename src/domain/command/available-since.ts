import type { Command } from './command.js';

/**
 * Since when time and people have let a device have this queued command; whatever hindered it since counts as
 * waiting. Null where the record does not say: a release without a delay leaves no instant. `command` stands as of
 * now.
 */
export function availableSince(command: Command): Date | null {
  const { attempt, claim, createdAt, notBefore, approval } = command;
  if (attempt > 0) return claim === null ? notBefore : claim.leaseUntil;
  const decidedAt = approval?.decisions.at(-1)?.at;
  const allowedAt = decidedAt === undefined ? createdAt : new Date(decidedAt);
  return notBefore !== null && notBefore > allowedAt ? notBefore : allowedAt;
}
