import { errorMessage } from './error-words.js';
import { AgentFailure } from './agent-failure.js';
import type { Bell } from './bell.js';
import { CommandRun } from './command-run.js';
import type { CommandRunTools } from './command-run.js';
import { Lanes } from './lanes.js';
import { ReceivedClaims } from './received-claims.js';
import { settledWithin } from './settled-within.js';
import { untilAborted } from './until-aborted.js';
import type { ClaimedCommand } from './wire-contract.js';

/** The commands in this device's hands, of which at most `capacity` run at a time; more than that wait their turn. */
export class RunningCommands {
  readonly #capacity: number;
  readonly #tools: CommandRunTools;
  readonly #runs = new Map<string, { run: CommandRun; done: Promise<void> }>();
  readonly #received = new ReceivedClaims();
  readonly #lanes: Lanes;
  readonly #changes: Bell;

  /** Rings `changes` when a command is over. */
  constructor(capacity: number, tools: CommandRunTools, changes: Bell) {
    this.#changes = changes;
    this.#capacity = capacity;
    this.#tools = tools;
    this.#lanes = new Lanes(capacity);
  }

  get freeLanes(): number {
    return Math.max(0, this.#capacity - this.#runs.size);
  }

  /** Lanes that are not taken by other commands than these. */
  lanesBeside(ids: ReadonlySet<string>): number {
    return Math.max(0, this.#capacity - this.ids().filter((id) => !ids.has(id)).length);
  }

  ids(): string[] {
    return [...this.#runs.keys()];
  }

  holds(id: string): boolean {
    return this.#runs.has(id);
  }

  /** Begins a command, or goes on with it under a newer claim. A claim that was received before changes nothing. */
  accept(claimed: ClaimedCommand): void {
    const known = this.#runs.get(claimed.id);
    const isNew = this.#received.note(claimed);
    if (known !== undefined && (isNew || known.run.isUnder(claimed.claimToken))) known.run.adopt(claimed);
    if (known !== undefined) return;
    if (!isNew) {
      // Brought again after a lost connection, and over by now: the gateway has had, or will have, its result.
      this.#tools.log.debug('claim received again', { command: claimed.id });
      return;
    }
    const run = new CommandRun(claimed, this.#tools);
    const begun = new AbortController();
    run.keepWaiting(begun.signal);
    const done = this.#lanes
      .inTurn(() => {
        begun.abort();
        return run.run();
      })
      .catch((error: unknown) => this.#explain(claimed.id, error))
      .finally(() => {
        this.#runs.delete(claimed.id);
        this.#changes.ring();
      });
    this.#runs.set(claimed.id, { run, done });
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) this.#runs.get(id)?.run.stop('cancelled');
  }

  /** Resolves when a lane is free, at once if one is. */
  async laneFree(signal: AbortSignal): Promise<void> {
    while (this.freeLanes === 0) {
      await untilAborted(Promise.race([...this.#runs.values()].map(({ done }) => done)), signal);
    }
  }

  /** Lets commands finish for `graceMs`, then stops them, and gives their reports `reportMs` more. */
  async finish(graceMs: number, reportMs: number): Promise<void> {
    await this.#settledWithin(graceMs);
    for (const { run } of this.#runs.values()) run.stop('agent_stopped');
    await this.#settledWithin(reportMs);
  }

  #settledWithin(ms: number): Promise<void> {
    return settledWithin(Promise.all([...this.#runs.values()].map(({ done }) => done)), ms);
  }

  #explain(id: string, error: unknown): void {
    if (error instanceof AgentFailure || this.#tools.reporting.aborted) return;
    this.#tools.log.error('command not reported', { command: id, reason: errorMessage(error) });
  }
}
