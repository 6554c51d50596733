import type { Command } from './command.js';
import { dueAt } from './due-moves.js';
import type { Hindrance } from './hindrance.js';

/**
 * Where a command's id stands in the dispatch store. Times are durations from now: the stores' clocks differ.
 * `dueInMs` is when time alone moves the command; null when it never does.
 */
export type Placement = {
  readonly deviceId: string;
  readonly commandId: string;
} & (
  | {
      readonly kind: 'offer';
      readonly rank: number;
      readonly delayMs: number;
      readonly dueInMs: number | null;
    }
  /** Kept for the claim call that holds it, by its attempt id. */
  | {
      readonly kind: 'hold';
      readonly rank: number;
      readonly attemptId: string;
      readonly forMs: number;
      readonly dueInMs: number | null;
    }
  /** In no queue yet; only its deadline is watched. */
  | { readonly kind: 'watch'; readonly dueInMs: number }
  | { readonly kind: 'drop' }
);

/**
 * What the dispatch store should know of a command. It follows from the record alone, so that a lost or stale
 * store is put right from Postgres. `now` is the database's. What is hindered is in no queue: whoever ends the
 * hindrance has it placed anew.
 */
export function placementOf(command: Command, now: Date, hindrance: Hindrance | null = null): Placement {
  const { id: commandId, deviceId, rank, claim } = command;
  const due = dueAt(command);
  const dueInMs = due === null ? null : msUntil(due, now);
  switch (command.state) {
    case 'queued': {
      if (hindrance !== null && dueInMs !== null) return { kind: 'watch', deviceId, commandId, dueInMs };
      const delayMs = command.notBefore === null ? 0 : msUntil(command.notBefore, now);
      return { kind: 'offer', deviceId, commandId, rank, delayMs, dueInMs };
    }
    case 'claimed':
      if (claim === null) return { kind: 'drop', deviceId, commandId };
      return {
        kind: 'hold',
        deviceId,
        commandId,
        rank,
        attemptId: claim.attemptId,
        forMs: msUntil(claim.leaseUntil, now),
        dueInMs,
      };
    case 'awaiting_approval':
      return dueInMs === null
        ? { kind: 'drop', deviceId, commandId }
        : { kind: 'watch', deviceId, commandId, dueInMs };
    default:
      return { kind: 'drop', deviceId, commandId };
  }
}

const msUntil = (at: Date, now: Date): number => Math.max(0, at.getTime() - now.getTime());
