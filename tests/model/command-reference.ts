import type { Settlement } from '../../src/domain/command/settle-rules.js';
import type { ResultStatus } from '../../src/domain/command/command.js';
import { byNow, hasEnded, inOrder } from './modelled-command.js';
import type { ModelledCommand } from './modelled-command.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const maxOpen = 12;

/** A claim that was handed out, or made and never handed out. */
export interface IssuedToken {
  readonly commandId: string;
  readonly attempt: number;
  readonly token: string;
}

export interface Vote {
  readonly by: string;
  readonly secondFactor: boolean;
  readonly approved: boolean;
  readonly rightDigest: boolean;
}

interface State {
  now: number;
  commands: Map<string, ModelledCommand>;
  tokens: IssuedToken[];
  /** Names of claim calls that were given something. */
  attempts: Set<string>;
  paused: boolean;
  active: boolean;
  generation: number;
  /** Nothing has happened that may leave the dispatch store behind the record. */
  calm: boolean;
  /** False between a wipe of the dispatch store and its rebuilding. */
  filled: boolean;
}

const replayMs = 5 * minute;

/**
 * What the use cases must do to the commands of one device, in the words of the documents. Each method answers how it
 * ends: `ok`, or the code of the refusal.
 */
export class CommandReference {
  state: State;

  constructor(now: number) {
    this.state = {
      now,
      commands: new Map(),
      tokens: [],
      attempts: new Set(),
      paused: false,
      active: true,
      generation: 1,
      calm: true,
      filled: true,
    };
  }

  copy(): CommandReference {
    const copy = new CommandReference(0);
    copy.state = structuredClone(this.state);
    return copy;
  }

  get now(): number {
    return this.state.now;
  }

  get all(): readonly ModelledCommand[] {
    return [...this.state.commands.values()];
  }

  /** As it stands now, written down or not. */
  at(id: string): ModelledCommand | undefined {
    const command = this.state.commands.get(id);
    return command === undefined ? undefined : byNow(command, this.now);
  }

  put(command: ModelledCommand): void {
    this.state.commands.set(command.id, command);
  }

  /** Whether time has moved something that nobody has written down yet. */
  get isOverdue(): boolean {
    return this.all.some((command) => byNow(command, this.now) !== command);
  }

  propose(command: ModelledCommand): string {
    if (this.state.commands.has(command.id)) return 'repeated';
    const superseded = this.all
      .filter(({ dedupeKey }) => dedupeKey !== null && dedupeKey === command.dedupeKey)
      .map((older) => byNow(older, this.now))
      .filter(({ state }) => state === 'queued' || state === 'awaiting_approval');
    if (!this.state.active) return 'device_not_active';
    const open = this.all.filter((older) => !hasEnded(older)).length;
    if (open - superseded.length >= maxOpen) return 'queue_full';
    for (const older of superseded) this.#callOff(older, 'superseded');
    this.put(command);
    return 'ok';
  }

  decide(id: string, { by, secondFactor, approved, rightDigest }: Vote): string {
    const command = this.at(id);
    if (command === undefined) return 'not_found';
    if (command.windowUntil === null) return 'already_decided';
    if (!rightDigest) return 'digest_mismatch';
    if (command.votes.some((vote) => vote.by === by && vote.approved === approved)) return 'ok';
    if (command.reason === 'approval_window_over' && command.state === 'expired') return 'approval_expired';
    if (command.state !== 'awaiting_approval') {
      const decided = command.state === 'rejected' || command.votes.some((vote) => vote.approved);
      return decided ? 'already_decided' : 'command_finished';
    }
    if (by === command.proposer) return 'self_approval';
    if (command.atMostOnce && !secondFactor) return 'mfa_required';
    const votes = [...command.votes, { by, approved }];
    if (approved) this.put({ ...command, votes, state: 'queued' });
    else this.#end({ ...command, votes }, 'rejected', 'approval_denied');
    return 'ok';
  }

  cancel(id: string, reason = 'cancelled_by_person'): string {
    const command = this.at(id);
    if (command === undefined) return 'not_found';
    if (command.state === 'cancelled') return 'ok';
    if (hasEnded(command)) return 'command_finished';
    if (command.state === 'unknown_outcome') return 'outcome_unknown';
    if (command.state !== 'claimed') this.#callOff(command, reason);
    else if (command.cancelRequestedAt === null)
      this.put({ ...command, cancelRequestedAt: this.now, reason });
    return 'ok';
  }

  settle(id: string, settlement: Settlement): string {
    const command = this.at(id);
    if (command === undefined) return 'not_found';
    if (command.state === settlement && command.reason === 'settled_by_person') return 'ok';
    if (command.state !== 'unknown_outcome') return 'not_settleable';
    this.#end(command, settlement, 'settled_by_person');
    return 'ok';
  }

  /** Suspends the device: what it has not begun is called off, what it runs is asked to stop. */
  suspend(): string {
    if (!this.state.active) return 'ok';
    this.state.active = false;
    this.state.generation += 1;
    for (const { id, state } of this.all.map((command) => byNow(command, this.now))) {
      if (state !== 'unknown_outcome') this.cancel(id, 'device_suspended');
    }
    return 'ok';
  }

  /** Whether a claim call may get this command now: why not, or null. */
  obstacle(command: ModelledCommand): string | null {
    if (!this.state.active) return 'not active';
    if (command.state !== 'queued') return command.state;
    if (command.cancelRequestedAt !== null) return 'called off';
    if (command.notBefore !== null && command.notBefore > this.now) return 'too early';
    if (this.state.paused) return 'paused';
    const company = this.companyOf(command, true);
    return company === null ? null : `behind in ${company}`;
  }

  /** What keeps a command that has not begun behind another one: its lane, its key, or nothing. */
  companyOf(command: ModelledCommand, asOfNow: boolean): 'lane' | 'key' | null {
    if (command.attempt > 0) return null;
    const others = this.all
      .filter(({ id }) => id !== command.id)
      .map((other) => (asOfNow ? byNow(other, this.now) : other))
      .filter((other) => !hasEnded(other));
    const isAhead = (other: ModelledCommand): boolean =>
      other.attempt > 0 ||
      (other.seq < command.seq &&
        !(other.state === 'queued' && other.notBefore !== null && other.notBefore > this.now));
    if (others.some((other) => other.lane !== null && other.lane === command.lane && isAhead(other)))
      return 'lane';
    const hasKey = (other: ModelledCommand): boolean =>
      other.dedupeKey !== null && other.dedupeKey === command.dedupeKey;
    return others.some((other) => hasKey(other) && other.attempt > 0) ? 'key' : null;
  }

  /** Everything that a claim call may get now, in the order in which it has to come. */
  available(): readonly ModelledCommand[] {
    return this.all
      .map((command) => byNow(command, this.now))
      .filter((command) => this.obstacle(command) === null)
      .sort(inOrder);
  }

  isReplay(command: ModelledCommand, attemptId: string): boolean {
    const stands = command.atMostOnce ? command.state === 'claimed' : !hasEnded(command);
    return stands && command.claim?.attemptId === attemptId && this.now - command.claim.claimedAt < replayMs;
  }

  /** One command of a claim call's answer. */
  claim(id: string, call: { attemptId: string; leaseMs: number | null; token: string }): string {
    const command = this.at(id);
    if (command === undefined) return 'not_found';
    if (this.isReplay(command, call.attemptId)) {
      return command.claim?.token === call.token ? 'replayed' : 'another token';
    }
    const obstacle = this.obstacle(command);
    if (obstacle !== null) return obstacle;
    const attempt = command.attempt + 1;
    if (attempt > command.maxAttempts) return 'more attempts than allowed';
    this.state.attempts.add(call.attemptId);
    this.state.tokens.push({ commandId: id, attempt, token: call.token });
    this.put({
      ...command,
      state: 'claimed',
      reason: null,
      attempt,
      notBefore: null,
      claim: {
        attemptId: call.attemptId,
        token: call.token,
        claimedAt: this.now,
        leaseUntil: this.now + (call.leaseMs ?? command.visibilityMs),
      },
    });
    return 'claimed';
  }

  extend(id: string, token: string, ms: number): string {
    return this.#underClaim(id, token, (command) => {
      const { claim } = command;
      if (claim === null || this.now + ms > claim.claimedAt + 12 * hour) return 'extension_too_long';
      const reason = command.cancelRequestedAt === null ? null : command.reason;
      this.put({
        ...command,
        state: 'claimed',
        reason,
        notBefore: null,
        claim: { ...claim, leaseUntil: this.now + ms },
      });
      return command.state === 'claimed' ? 'ok' : 'resumed';
    });
  }

  progress(id: string, token: string, message: string): string {
    return this.#underClaim(id, token, (command) => {
      this.put({ ...command, progress: message });
      return 'ok';
    });
  }

  release(id: string, token: string, delayMs: number): string {
    return this.#underClaim(id, token, (command) => {
      const calledOff = command.cancelRequestedAt !== null;
      const released = {
        ...command,
        claim: null,
        releases: command.releases + 1,
        reason: calledOff ? command.reason : 'released',
        notBefore: delayMs > 0 ? this.now + delayMs : null,
      };
      if (command.state === 'claimed' && command.attempt >= command.maxAttempts && !calledOff) {
        this.#end({ ...released, notBefore: command.notBefore }, 'dead', 'attempts_used_up');
      } else this.put(byNow({ ...released, state: 'queued' }, this.now, this.now));
      return 'ok';
    });
  }

  result(id: string, token: string, status: ResultStatus, output: string): string {
    const command = this.at(id);
    if (command === undefined) return 'command_not_found';
    const said = `${status} ${output}`;
    const isLatest = command.claim?.token === token;
    if (isLatest && hasEnded(command) && command.result !== null) {
      return command.result.said === said ? 'repeated' : 'result_conflict';
    }
    if (!isLatest || hasEnded(command)) {
      this.#keepEvidence(command, token, said);
      return hasEnded(command) ? 'command_finished' : 'claim_superseded';
    }
    const late = command.state !== 'claimed';
    const [state, reason] = endOf[status];
    const why = reason ?? (command.cancelRequestedAt === null ? null : 'finished_before_cancel');
    this.#end({ ...command, result: { said, late }, notBefore: null }, state, why);
    return late ? 'late' : 'ok';
  }

  #underClaim(id: string, token: string, then: (command: ModelledCommand) => string): string {
    const command = this.at(id);
    if (command === undefined) return 'command_not_found';
    if (hasEnded(command)) return 'command_finished';
    if (command.claim?.token !== token) return 'claim_superseded';
    if (command.state === 'unknown_outcome') return 'outcome_unknown';
    return then(command);
  }

  #keepEvidence(command: ModelledCommand, token: string, said: string): void {
    const issued = this.state.tokens.find((it) => it.token === token && it.commandId === command.id);
    if (issued === undefined || command.evidence.length >= 8) return;
    const kept = `${issued.attempt} ${said}`;
    if (!command.evidence.includes(kept)) this.put({ ...command, evidence: [...command.evidence, kept] });
  }

  #callOff(command: ModelledCommand, reason: string): void {
    this.#end({ ...command, cancelRequestedAt: command.cancelRequestedAt ?? this.now }, 'cancelled', reason);
  }

  #end(command: ModelledCommand, state: ModelledCommand['state'], reason: string | null): void {
    this.put({ ...command, state, reason, finishedAt: this.now });
  }
}

const endOf: Readonly<Record<ResultStatus, readonly [ModelledCommand['state'], string | null]>> = {
  succeeded: ['succeeded', null],
  failed: ['failed', 'failed'],
  timed_out: ['failed', 'timed_out'],
  refused: ['failed', 'refused'],
  cancelled: ['cancelled', 'cancelled_by_device'],
};
