import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedCommand } from '../../../application/command/claim-commands.js';
import type { Cancellation } from '../../../application/ports/cancellation.js';
import type { QueueState } from '../../../application/ports/dispatch-queue.js';
import { Fault } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { PushAttempts } from './push-attempts.js';
import { PushedCommands } from './pushed-commands.js';

/** As many as one claim brings at most. */
const mostAtOnce = 10;
/** What is away is asked again after pauses that grow from the first to the longest. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** One claim of a push. With `waits` it waits for a first command; it is as a new one when nothing of it is left. */
export interface PushClaim {
  readonly limit: number;
  readonly attemptId: string;
  readonly waits: boolean;
}

/** The device at the other end, and what is claimed for it. */
export interface PushLine {
  /** Claims as the device does by itself. Rejects with the fault that refuses the device. */
  claim(request: PushClaim, cancellation: Cancellation): Promise<readonly ClaimedCommand[]>;
  /** False when nobody is there to take it. */
  push(command: ClaimedCommand, attemptId: string): boolean;
  /** The device may not stay. */
  dismiss(fault: Fault): void;
  /** Claiming failed, and is tried again. */
  note(fault: Fault): void;
}

/**
 * Pushes commands over one connection as long as the device has capacity left: one claim after the other, never two at
 * once. What was claimed and did not get through is found again under the name of its attempt.
 */
export class CommandPush {
  readonly #line: PushLine;
  readonly #pushed = new PushedCommands();
  #capacity = 0;
  #attempts: PushAttempts;
  #work: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isOver = false;
  #isFull = false;
  #failures = 0;
  #turn = new AbortController();

  /** `base` names the claims as long as the device does not. */
  constructor(line: PushLine, base: string) {
    this.#line = line;
    this.#attempts = new PushAttempts(`${base}:1`, false);
  }

  /**
   * From now on so many commands may be in the device's hands at once; what is there beyond stays. With `first` the next
   * claim is the attempt of that name, and the others count on from it.
   */
  ready(capacity: number, first: string | null): void {
    this.#capacity = capacity;
    if (first !== null) this.#attempts = new PushAttempts(first, true);
    // Whatever goes on for the former capacity ends first; what it brings is pushed.
    this.#turn.abort();
    if (!this.#isRunning) this.#work = this.#run();
  }

  /** The device keeps the claim for so long, from now. */
  extended(commandId: string, claimToken: string, visibleForMs: number): void {
    this.#pushed.extend(commandId, claimToken, performance.now() + visibleForMs);
  }

  /** The claim is over: there is room for another one. */
  ended(commandId: string, claimToken: string): void {
    this.#pushed.end(commandId, claimToken);
    if (this.#isFull) this.#turn.abort();
  }

  /** What a look at the device's queue showed, which was begun at `atMs`: results may have come over HTTP. */
  seen({ held, complete }: QueueState, atMs: number): void {
    if (!complete) return;
    this.#pushed.limit(held, atMs);
    if (this.#isFull) this.#turn.abort();
  }

  /** Claims nothing more; what a claim under way still brings is pushed, if somebody is there. */
  stop(): void {
    this.#isOver = true;
    this.#turn.abort();
  }

  /** Resolves when what was stopped has come to its end. */
  idle(): Promise<void> {
    return this.#work;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#capacity > 0 && !this.#isOver) await this.#step(this.#attempts);
    this.#isRunning = false;
  }

  /** Never rejects. */
  async #step(attempts: PushAttempts): Promise<void> {
    const turn = (this.#turn = new AbortController());
    const now = performance.now();
    const free = this.#capacity - this.#pushed.count(now);
    if (free <= 0) {
      this.#isFull = true;
      await pause((this.#pushed.nextEndMs(now) ?? now) - now, turn.signal);
      this.#isFull = false;
      return;
    }
    try {
      const { current: attemptId, mayBeRepeated } = attempts;
      const request = { limit: Math.min(free, mostAtOnce), attemptId, waits: !mayBeRepeated };
      const claimed = await this.#line.claim(request, turn.signal);
      this.#failures = 0;
      this.#pushAll(claimed, attemptId);
      // What was lost may stand under the next name, too.
      if (claimed.length > 0 || mayBeRepeated) attempts.advance();
    } catch (error) {
      await this.#endure(error, turn.signal);
    }
  }

  #pushAll(claimed: readonly ClaimedCommand[], attemptId: string): void {
    for (const one of claimed) {
      // An old attempt brings back a claim that lapsed; the next one claims it anew.
      if (one.visibleForMs === 0) continue;
      const now = performance.now();
      this.#pushed.put(one.command.id, one.claimToken, now, now + one.visibleForMs);
      if (!this.#line.push(one, attemptId)) this.#isOver = true;
    }
  }

  async #endure(error: unknown, signal: AbortSignal): Promise<void> {
    const fault = error instanceof Fault ? error : generalFaults.internal(undefined, { cause: error });
    if (fault.kind === 'unauthenticated') {
      this.stop();
      this.#line.dismiss(fault);
      return;
    }
    // Once for each time that something is away, not once for each try.
    if (this.#failures === 0) this.#line.note(fault);
    const grown = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    this.#failures += 1;
    await pause(Math.max(grown * (0.5 + Math.random() / 2), fault.retryAfterMs ?? 0), signal);
  }
}

/** Resolves when the time is over, or as soon as somebody has something to do. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.max(1, Math.ceil(ms)), undefined, { signal, ref: false }).catch(() => undefined);
