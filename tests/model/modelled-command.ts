import type { Command } from '../../src/domain/command/command.js';
import type { CommandState } from '../../src/domain/command/command-state.js';

export interface ModelledClaim {
  readonly attemptId: string;
  readonly token: string;
  readonly claimedAt: number;
  readonly leaseUntil: number;
}

/** A command as the model keeps it: times in ms since 1970, and what is reported as one text. */
export interface ModelledCommand {
  readonly id: string;
  readonly seq: number;
  readonly priority: number;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
  readonly redriveOf: string | null;
  readonly type: string;
  readonly atMostOnce: boolean;
  readonly proposer: string;
  readonly expiresAt: number;
  /** Until when people may decide; null when nobody has to. */
  readonly windowUntil: number | null;
  readonly visibilityMs: number;
  readonly maxAttempts: number;
  readonly state: CommandState;
  readonly reason: string | null;
  readonly notBefore: number | null;
  readonly attempt: number;
  readonly lapses: number;
  readonly releases: number;
  readonly claim: ModelledClaim | null;
  readonly finishedAt: number | null;
  readonly cancelRequestedAt: number | null;
  readonly progress: string | null;
  readonly result: { readonly said: string; readonly late: boolean } | null;
  readonly evidence: readonly string[];
  readonly votes: readonly { readonly by: string; readonly approved: boolean }[];
}

const ends: readonly CommandState[] = ['succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead'];
export const hasEnded = ({ state }: Pick<ModelledCommand, 'state'>): boolean => ends.includes(state);

/** The order within a device: priority, then acceptance. */
export const inOrder = (one: ModelledCommand, other: ModelledCommand): number =>
  other.priority - one.priority || one.seq - other.seq;

/** What time alone has made of a command by `now`. */
export function byNow(command: ModelledCommand, now: number, notBeforeThat = 0): ModelledCommand {
  const { state, claim } = command;
  const end = (to: CommandState, at: number, reason: string | null): ModelledCommand => ({
    ...command,
    state: to,
    reason,
    finishedAt: Math.max(at, notBeforeThat),
  });
  if (state === 'awaiting_approval') {
    const until = Math.min(command.windowUntil ?? Infinity, command.expiresAt);
    return until <= now ? end('expired', until, 'approval_window_over') : command;
  }
  if (state === 'queued') {
    // Called off while it ran, and given back. A clock that was set back since delays its end, as all ends.
    if (command.cancelRequestedAt !== null) {
      return command.cancelRequestedAt <= now
        ? end('cancelled', command.cancelRequestedAt, command.reason)
        : command;
    }
    return command.expiresAt <= now ? end('expired', command.expiresAt, 'not_started_in_time') : command;
  }
  if (state !== 'claimed' || claim === null || claim.leaseUntil > now) return command;
  const lapsed = { ...command, lapses: command.lapses + 1 };
  const { leaseUntil } = claim;
  const calledOff = command.cancelRequestedAt !== null;
  if (command.atMostOnce) return { ...lapsed, state: 'unknown_outcome', reason: 'lease_lapsed' };
  if (command.attempt >= command.maxAttempts && !calledOff) {
    return { ...lapsed, state: 'dead', reason: 'attempts_used_up', finishedAt: leaseUntil };
  }
  const reason = calledOff ? command.reason : 'lease_lapsed';
  return byNow({ ...lapsed, state: 'queued', reason, notBefore: null }, now, leaseUntil);
}

/** What the model and the record have to agree on. */
export function viewOf(command: ModelledCommand): string {
  const seen = { ...command, id: '', seq: 0, priority: 0, proposer: '', votes: command.votes.length };
  return JSON.stringify(Object.entries(seen).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same, of what is on record, and of the token that its claim has. */
export function viewOfRecord(command: Command, token: string): string {
  const { claim, result, progress, approval, evidence } = command;
  return viewOf({
    id: command.id,
    seq: 0,
    priority: command.priority,
    lane: command.lane,
    dedupeKey: command.dedupeKey,
    redriveOf: command.redriveOf,
    type: command.type,
    atMostOnce: command.deliveryClass === 'at_most_once',
    proposer: command.proposedBy.id,
    expiresAt: command.expiresAt.getTime(),
    windowUntil: approval?.expiresAt.getTime() ?? null,
    visibilityMs: command.visibilityTimeoutMs,
    maxAttempts: command.maxAttempts,
    state: command.state,
    reason: command.stateReason,
    notBefore: command.notBefore?.getTime() ?? null,
    attempt: command.attempt,
    lapses: command.lapses,
    releases: command.releases,
    claim:
      claim === null
        ? null
        : {
            attemptId: claim.attemptId,
            token,
            claimedAt: claim.claimedAt.getTime(),
            leaseUntil: claim.leaseUntil.getTime(),
          },
    finishedAt: command.finishedAt?.getTime() ?? null,
    cancelRequestedAt: command.cancelRequestedAt?.getTime() ?? null,
    progress: progress?.message ?? null,
    result: result === null ? null : { said: `${result.status} ${result.output ?? ''}`, late: result.late },
    evidence: evidence.map((kept) => `${kept.attempt} ${kept.status} ${kept.output ?? ''}`),
    votes: (approval?.decisions ?? []).map(({ by, approved }) => ({ by: by.id, approved })),
  });
}
