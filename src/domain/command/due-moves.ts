import type { Command } from './command.js';
import { move, unlessCalledOff } from './command-move.js';

/** One move that time alone has made, and when it became due. */
export interface DueMove {
  readonly command: Command;
  readonly kind: 'approval_lapsed' | 'expired' | 'lapsed' | 'cancelled' | 'session_over';
  readonly at: Date;
}

/**
 * The instant at which time alone will move this command, or null when only somebody's act can.
 * The sweeper uses it to know when to look; the truth is `commandAsOf`, whoever looks.
 */
export function dueAt(command: Command): Date | null {
  switch (command.state) {
    case 'awaiting_approval':
      return earlier(command.approval?.expiresAt ?? null, lastStart(command));
    case 'queued':
      return command.cancelRequestedAt ?? lastStart(command);
    case 'claimed':
      return command.claim?.leaseUntil ?? null;
    default:
      return null;
  }
}

/**
 * The command as it stands at `now`, and the moves that time alone has made since it was written.
 * Everybody who reads or decides looks through this, so that nothing depends on a sweeper having run.
 * `since`: when it came to stand as it does; what became due while it could not move is moved then.
 */
export function commandAsOf(
  command: Command,
  now: Date,
  since: Date | null = null,
): { readonly command: Command; readonly moves: readonly DueMove[] } {
  const moves: DueMove[] = [];
  let current = command;
  for (;;) {
    const next = dueMove(current, now, moves.at(-1)?.at ?? since);
    if (next === null) return { command: current, moves };
    moves.push(next);
    current = next.command;
  }
}

function dueMove(command: Command, now: Date, since: Date | null): DueMove | null {
  const due = dueAt(command);
  if (due === null || due > now) return null;
  // A running command may be past its time already; that shows when its claim is over, not before.
  const at = since !== null && since > due ? since : due;
  switch (command.state) {
    case 'awaiting_approval':
      if (endsWithSession(command, due)) return sessionOver(command, at);
      return {
        kind: 'approval_lapsed',
        at,
        command: move(command, 'approval_lapsed', at, { stateReason: 'approval_window_over' }),
      };
    case 'queued':
      if (command.cancelRequestedAt !== null)
        return { kind: 'cancelled', at, command: move(command, 'called_off', at) };
      if (endsWithSession(command, due)) return sessionOver(command, at);
      return {
        kind: 'expired',
        at,
        command: move(command, 'not_started', at, { stateReason: 'not_started_in_time' }),
      };
    case 'claimed':
      return { kind: 'lapsed', at, command: lapse(command, at) };
    default:
      return null;
  }
}

/** A lease that ran out: offered again, dead, or, where running twice would hurt, left to a person. */
function lapse(command: Command, at: Date): Command {
  const lapses = command.lapses + 1;
  if (command.deliveryClass === 'at_most_once') {
    return move(command, 'outcome_lost', at, { lapses, stateReason: 'lease_lapsed' });
  }
  if (command.attempt >= command.maxAttempts && command.cancelRequestedAt === null) {
    return move(command, 'exhausted', at, { lapses, stateReason: 'attempts_used_up' });
  }
  const stateReason = unlessCalledOff(command, 'lease_lapsed');
  return move(command, 'returned', at, { lapses, stateReason, notBefore: null });
}

/** What may begin in a session only, ends with it. */
const sessionOver = (command: Command, at: Date): DueMove => ({
  kind: 'session_over',
  at,
  command: move(command, 'called_off', at, { cancelRequestedAt: at, stateReason: 'session_expired' }),
});

/** Of two ends at one instant, that of the session is told: nobody gave the command less time. */
const endsWithSession = ({ sessionEndsAt }: Command, due: Date): boolean =>
  sessionEndsAt !== null && sessionEndsAt <= due;

const lastStart = ({ sessionEndsAt, expiresAt }: Command): Date => earlier(sessionEndsAt, expiresAt);

function earlier(first: Date | null, second: Date): Date {
  return first !== null && first < second ? first : second;
}
