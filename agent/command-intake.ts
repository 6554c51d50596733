import type { AgentLog } from './agent-log.js';
import { Backoff, pause, slowBackoff } from './backoff.js';
import type { Bell } from './bell.js';
import { ClaimCursor } from './claim-cursor.js';
import type { GatewayLink } from './gateway-link.js';
import { GatewayRefusal } from './gateway-refusal.js';
import type { GatewaySession } from './gateway-session.js';
import type { GatewaySocket } from './gateway-socket.js';
import { leaseMs } from './held-claim.js';
import { releaseClaim } from './release-claim.js';
import type { RunningCommands } from './running-commands.js';
import { untilAborted } from './until-aborted.js';
import { claimAnswer, readyAnswer } from './wire-contract.js';
import type { ClaimedCommand } from './wire-contract.js';

export interface IntakeOptions {
  readonly link: GatewayLink;
  readonly session: GatewaySession;
  readonly running: RunningCommands;
  /** Rings when the link has changed or a command is over. */
  readonly changes: Bell;
  readonly log: AgentLog;
  readonly random: () => number;
  /** How long the gateway may keep an empty poll open. */
  readonly waitMs: number;
  /** Aborts when no more commands are wanted. */
  readonly stop: AbortSignal;
  /** Aborts when nothing more may be said to the gateway. */
  readonly reporting: AbortSignal;
}

/** An empty answer that comes faster than this is not a long poll (a gateway on its way down): slow down. */
const hastyMs = 500;
const hasty = { baseMs: 500, capMs: 5_000 };
/** What is pushed until the gateway has heard that nothing more is wanted is given back. */
const farewellMs = 2_000;

/**
 * Gets commands while lanes are free, until told to stop: pushed while a socket is up, by polling where there is
 * none. One thing at a time: a poll is over, answered or abandoned, before the push begins with its attempt id, and
 * the push is over before a poll goes on with what was pushed last. So nothing that was claimed for this device is
 * lost on the way; what arrives twice is recognised by its claim.
 */
export class CommandIntake {
  readonly #options: IntakeOptions;
  readonly #cursor = new ClaimCursor();
  readonly #emptyHanded: Backoff;
  readonly #refused: Backoff;
  readonly #givingBack = new Set<Promise<void>>();
  #isRefused = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#emptyHanded = new Backoff(hasty, options.random);
    this.#refused = new Backoff(slowBackoff, options.random);
  }

  /** Resolves when told to stop; rejects when the agent cannot go on (AgentFailure). */
  async run(): Promise<void> {
    const { link, changes, stop } = this.#options;
    while (!stop.aborted) {
      const changed = changes.rung();
      if (link.socket !== null && !link.socket.isOver) await this.#takePushes(link.socket);
      else if (link.polls) await this.#poll(AbortSignal.any([stop, link.up]));
      else await untilAborted(changed, stop).catch(() => undefined);
    }
    await Promise.all(this.#givingBack);
  }

  /** Until the socket is over, or until told to stop. */
  async #takePushes(socket: GatewaySocket): Promise<void> {
    const { running, changes, stop } = this.#options;
    const pushed = new Set<string>();
    socket.hearCommands((claimed, attemptId) => {
      this.#cursor.reached(attemptId);
      pushed.add(claimed.id);
      this.#take(claimed);
      changes.ring();
    });
    let told: number | null = null;
    while (!socket.isOver && !stop.aborted) {
      const changed = changes.rung();
      for (const id of pushed) if (!running.holds(id)) pushed.delete(id);
      // The gateway counts what it pushed over this very socket; of what else is running it knows nothing here.
      const capacity = running.lanesBeside(pushed);
      if (capacity === (told ?? 0)) await untilAborted(changed, stop).catch(() => undefined);
      else if (await this.#tellReady(socket, capacity, told === null)) told = capacity;
      else await this.#poll(AbortSignal.any([stop, socket.over]));
    }
    // What is pushed until this is heard is given back.
    if (!socket.isOver) await this.#say(socket, { capacity: 0 }, AbortSignal.timeout(farewellMs));
  }

  /** False when the gateway does not want to push. What it has to begin with is said once a connection. */
  async #tellReady(socket: GatewaySocket, capacity: number, isFirst: boolean): Promise<boolean> {
    const { log, stop } = this.#options;
    const { attemptId } = this.#cursor;
    const failure = await this.#say(socket, { capacity, ...(isFirst ? { attemptId } : {}) }, stop);
    if (failure === null) this.#isRefused = false;
    if (failure === null || socket.isOver || stop.aborted) return true;
    if (!this.#isRefused) log.warn('push refused, polling instead', { reason: failure.message });
    this.#isRefused = true;
    return false;
  }

  /** Null when it was heard, or when the socket takes nothing more. */
  async #say(socket: GatewaySocket, ready: object, signal: AbortSignal): Promise<Error | null> {
    const message = { ...ready, type: 'ready' };
    try {
      await socket.ask({ message, answer: readyAnswer, signal });
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** One poll, repeated under its attempt id until it is answered. A poll that is abandoned is repeated later. */
  async #poll(signal: AbortSignal): Promise<void> {
    const { session, running, log } = this.#options;
    try {
      await running.laneFree(signal);
      const waitMs = this.#cursor.hasBrought ? 0 : this.#options.waitMs;
      const body = {
        limit: running.freeLanes,
        visibilityTimeoutMs: leaseMs,
        attemptId: this.#cursor.attemptId,
      };
      const askedAt = performance.now();
      const { commands } = await session.call({
        type: 'claim',
        body: () => ({ ...body, waitMs }),
        answer: claimAnswer,
        timeoutMs: waitMs + 15_000,
        signal,
      });
      this.#cursor.answered();
      this.#refused.reset();
      for (const claimed of commands) this.#take(claimed);
      if (commands.length > 0 || waitMs === 0 || performance.now() - askedAt > hastyMs)
        this.#emptyHanded.reset();
      else await pause(this.#emptyHanded.next(), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof GatewayRefusal)) throw error;
      log.error('claim refused', { status: error.status, code: error.code, reason: error.message });
      await pause(this.#refused.next(error.retryAfterMs), signal).catch(() => undefined);
    }
  }

  #take(claimed: ClaimedCommand): void {
    const { running, session, stop, reporting } = this.#options;
    if (!stop.aborted) {
      running.accept(claimed);
      return;
    }
    if (running.holds(claimed.id)) return;
    // Whoever stopped to report while this is said leaves the claim to its lease.
    const givenBack = releaseClaim(claimed, 'agent_stopping', 0, session, reporting)
      .catch(() => undefined)
      .finally(() => this.#givingBack.delete(givenBack));
    this.#givingBack.add(givenBack);
  }
}
