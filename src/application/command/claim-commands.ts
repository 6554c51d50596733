import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { claim } from '../../domain/command/claim-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { DeviceCaller } from '../../domain/device/device-caller.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Cancellation } from '../ports/cancellation.js';
import type { ClaimMeter } from '../ports/claim-meter.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { Clock } from '../ports/clock.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DispatchQueue, QueueState, Taken } from '../ports/dispatch-queue.js';
import type { Ids } from '../ports/ids.js';
import type { Secrets } from '../ports/secrets.js';
import type { Seat, WakeUps } from '../ports/wake-ups.js';

/**
 * Taken ids are held for the lease right away, so that a claim tells the dispatch store once; a longer or a shorter
 * lease is placed after the confirmation.
 */
const longestHoldMs = 60_000;
/** A claimer answers within two seconds. What it took and never confirmed is put right by the sweeper after this. */
const confirmWithinMs = 5_000;
/** Wake-ups are hints: whoever waits looks again this often. */
const recheckMs = 5_000;
/** A store that lost its memory is filled again within about a second; an answer is worth waiting for that. */
const rebuildMs = 2_000;
const rebuildCheckMs = 100;
/** Ids that the record does not confirm are put right and others are taken; a stale store gets so many tries. */
const maxRounds = 20;

export interface ClaimCommandsInput {
  readonly caller: DeviceCaller;
  readonly limit: number;
  /** Null: each command's own. */
  readonly visibilityTimeoutMs: number | null;
  readonly waitMs: number;
  /** The device's queue, as its admission showed it during this very call; null: nobody has looked. */
  readonly queue: QueueState | null;
  /**
   * Lets the device in once more; rejects when its token is dead by now. Asked before anything is handed out after a wait,
   * during which the token may have been signed out.
   */
  readonly admission: () => Promise<unknown>;
  /** Null: a call that cannot be repeated. */
  readonly attemptId: string | null;
  /**
   * Where nothing is left of what the attempt once took, it takes others. Absent: a repeated call brings back what it
   * brought before, and nothing else.
   */
  readonly goesOn?: boolean;
}

/**
 * One claim call on its way. `fruitless` once it has taken ids of which none was confirmed, or are left. `waited`: since
 * the device was let in. `woken`: there is probably something to be handed out.
 */
type Attempt = ClaimCommandsInput & {
  readonly attemptId: string;
  readonly holdMs: number;
  fruitless: boolean;
  waited: boolean;
  woken: boolean;
};

export interface ClaimedCommand {
  readonly command: Command;
  readonly claimToken: string;
  readonly visibleForMs: number;
  readonly expiresInMs: number;
}

/**
 * Gives a device its next commands: the dispatch store proposes ids, the record confirms them. With nothing to
 * give it waits for `waitMs`, woken by whatever changes the queue; an empty answer never touched the record.
 */
export class ClaimCommands {
  readonly #queue: DispatchQueue;
  readonly #ledger: CommandLedger;
  readonly #follower: DispatchFollower;
  readonly #wakeUps: WakeUps;
  readonly #tokens: ClaimTokens;
  readonly #secrets: Secrets;
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #meter: ClaimMeter;

  constructor(
    queue: DispatchQueue,
    ledger: CommandLedger,
    follower: DispatchFollower,
    wakeUps: WakeUps,
    tokens: ClaimTokens,
    secrets: Secrets,
    ids: Ids,
    clock: Clock,
    meter: ClaimMeter,
  ) {
    this.#queue = queue;
    this.#ledger = ledger;
    this.#follower = follower;
    this.#wakeUps = wakeUps;
    this.#tokens = tokens;
    this.#secrets = secrets;
    this.#ids = ids;
    this.#clock = clock;
    this.#meter = meter;
  }

  async execute(input: ClaimCommandsInput, cancellation: Cancellation): Promise<readonly ClaimedCommand[]> {
    // Who waits takes the seat first and looks then: between this look and the seat something may come.
    if (input.waitMs === 0 && input.queue !== null && isEmpty(input.queue)) return [];
    const attempt = {
      ...input,
      attemptId: input.attemptId ?? this.#ids.uuid(),
      holdMs: Math.min(input.visibilityTimeoutMs ?? longestHoldMs, longestHoldMs),
      fruitless: input.goesOn ?? false,
      waited: false,
      woken: false,
    };
    if (input.waitMs === 0) {
      const { claimed, complete } = await this.#claimNow(attempt);
      if (complete || claimed.length > 0) return claimed;
    }
    // The seat is taken before the first look, so that nothing that comes in between is missed.
    const seat = await this.#wakeUps.take(input.caller.deviceId);
    try {
      return await this.#claimFrom(seat, attempt, cancellation);
    } finally {
      seat.leave();
    }
  }

  async #claimFrom(
    seat: Seat,
    attempt: Attempt,
    cancellation: Cancellation,
  ): Promise<readonly ClaimedCommand[]> {
    const begun = this.#clock.elapsedMs();
    while (!cancellation.aborted) {
      const { claimed, nextInMs, complete } = await this.#claimNow(attempt);
      if (claimed.length > 0) return claimed;
      const patienceMs = complete ? attempt.waitMs : Math.max(attempt.waitMs, rebuildMs);
      const leftMs = patienceMs - (this.#clock.elapsedMs() - begun);
      if (leftMs <= 0) {
        // An empty answer would be a lie: nobody knows yet what this device has to do.
        if (!complete)
          throw generalFaults.dependency_unavailable('The queue is being rebuilt.', { retryAfterMs: 1_000 });
        return [];
      }
      // A millisecond more than due: the stores' clocks tick apart.
      const dueMs = nextInMs === null ? recheckMs : nextInMs + 1;
      const waitMs = Math.min(leftMs, complete ? recheckMs : rebuildCheckMs, dueMs);
      attempt.woken = (await seat.wait(waitMs, cancellation)) === 'woken';
      attempt.waited = true;
    }
    return [];
  }

  async #claimNow(
    attempt: Attempt,
  ): Promise<Pick<Taken, 'nextInMs' | 'complete'> & { readonly claimed: readonly ClaimedCommand[] }> {
    let before: readonly string[] = [];
    for (let round = 1; ; round += 1) {
      const { attemptId, limit, holdMs, caller, fruitless: anew } = attempt;
      // Whoever was woken is let in while ids are taken; whoever only looks again, once there is something.
      const admission = attempt.woken ? attempt.admission() : null;
      // It is heard where it counts.
      admission?.catch(() => undefined);
      attempt.woken = false;
      const { commandIds, nextInMs, complete } = await this.#queue.take(caller.deviceId, {
        limit,
        attemptId,
        holdMs,
        dueInMs: Math.min(holdMs, confirmWithinMs),
        anew,
      });
      if (commandIds.length > 0 && attempt.waited) {
        await this.#admitAnew(commandIds, attempt, admission ?? attempt.admission());
      }
      const claimed = await this.#confirmAll(commandIds, attempt);
      attempt.fruitless = commandIds.length === 0 ? false : claimed.length === 0;
      // The very same ids again are what this attempt holds since long ago, beyond the time in which it is replayed.
      const nothingElse = commandIds.every((id) => before.includes(id));
      before = commandIds;
      if (claimed.length > 0 || nothingElse || round === maxRounds) {
        return { claimed, nextInMs, complete };
      }
    }
  }

  async #admitAnew(
    commandIds: readonly string[],
    attempt: Attempt,
    admission: Promise<unknown>,
  ): Promise<void> {
    try {
      await admission;
      attempt.waited = false;
    } catch (error) {
      // The call itself was let in. Only a dead token takes that back; what cannot be known now does not.
      if (error instanceof Fault && ['unavailable', 'too_many'].includes(error.kind)) return;
      // Whoever is let in instead need not wait until the hold is over.
      await this.#follower.followRecord(commandIds);
      throw error;
    }
  }

  /** What was claimed is handed out, even when something else could not be: the device would never learn of it. */
  async #confirmAll(commandIds: readonly string[], attempt: Attempt): Promise<readonly ClaimedCommand[]> {
    const confirmed = await Promise.allSettled(commandIds.map((id) => this.#confirm(id, attempt)));
    const claimed = confirmed.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value !== null ? [answer.value] : [],
    );
    const unconfirmed = confirmed.filter(
      (answer) => answer.status === 'fulfilled' && answer.value === null,
    ).length;
    if (unconfirmed > 0) this.#meter.unconfirmed(unconfirmed);
    const failed = confirmed.find((answer) => answer.status === 'rejected');
    if (claimed.length === 0 && failed !== undefined) throw failed.reason;
    return claimed;
  }

  /** The record's word on one id; what it does not confirm is put where it belongs. */
  async #confirm(commandId: string, attempt: Attempt): Promise<ClaimedCommand | null> {
    const { caller, attemptId, visibilityTimeoutMs: leaseMs } = attempt;
    const { deviceId } = caller;
    const nonce = this.#secrets.nonce();
    const answer = await this.#ledger.change(
      commandId,
      { deviceId },
      (stored, now, hindrance) => {
        const { command: current, moves } = commandAsOf(stored, now);
        const verdict = claim(current, { attemptId, leaseMs, nonce }, now, hindrance);
        const { kind, command } = { command: current, ...verdict };
        const outcome = { kind, command, now };
        if (kind !== 'claimed' && moves.length === 0) return { outcome };
        // What time has moved is written even when there is nothing to hand out: the store forgets its deadline.
        return {
          outcome,
          save: { command, entries: [...dueEntries(moves), ...claimedEntry(kind, command, caller)] },
        };
      },
      { deviceId, tokenGeneration: caller.tokenGeneration },
    );
    if (answer.kind === 'device_void') {
      // The id goes back at once: who may not have it does not keep it from the device either.
      await this.#follower.followRecord([commandId]);
      throw generalFaults.unauthenticated('The token is not good any more.');
    }
    if (answer.kind === 'missing') {
      await this.#queue.place([{ kind: 'drop', deviceId, commandId }]);
      return null;
    }
    const { kind, command, now } = answer.outcome;
    if (kind === 'hindered') {
      await this.#follower.followRecord([commandId]);
      return null;
    }
    // A repeated call finds what it took the first time in the same hold.
    const isHeldAsRecorded =
      kind !== 'not_claimable' && command.state === 'claimed' && leaseOf(command) === attempt.holdMs;
    if (!isHeldAsRecorded) await this.#follower.follow([command], now);
    return kind === 'not_claimable' ? null : this.#hand(command, now);
  }

  #hand(command: Command, now: Date): ClaimedCommand | null {
    if (command.claim === null) return null;
    return {
      command,
      claimToken: this.#tokens.mint(command.id, command.attempt, command.claim.nonce),
      visibleForMs: Math.max(0, command.claim.leaseUntil.getTime() - now.getTime()),
      expiresInMs: Math.max(0, command.expiresAt.getTime() - now.getTime()),
    };
  }
}

/** What an attempt holds is in the queue too: where nothing is, nothing has to be answered a second time. */
const isEmpty = ({ waiting, held, complete }: QueueState): boolean => complete && waiting + held === 0;

const leaseOf = ({ claim: held }: Command): number | null =>
  held === null ? null : held.leaseUntil.getTime() - held.claimedAt.getTime();

function claimedEntry(kind: string, command: Command, caller: DeviceCaller): readonly NewEntry[] {
  if (kind !== 'claimed') return [];
  return [commandEntry(command, 'command.claimed', causeOfDevice(caller), { attempt: command.attempt })];
}
