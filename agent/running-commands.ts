import { errorMessage } from './error-words.js';
import { AgentFailure } from './agent-failure.js';
import { pause } from './backoff.js';
import { CommandRun } from './command-run.js';
import type { CommandRunTools } from './command-run.js';
import { untilAborted } from './until-aborted.js';
import type { ClaimedCommand } from './wire-contract.js';

/** The commands in this device's hands, at most `capacity` at a time. */
export class RunningCommands {
  readonly #capacity: number;
  readonly #tools: CommandRunTools;
  readonly #runs = new Map<string, { run: CommandRun; done: Promise<void> }>();

  constructor(capacity: number, tools: CommandRunTools) {
    this.#capacity = capacity;
    this.#tools = tools;
  }

  get freeLanes(): number {
    return Math.max(0, this.#capacity - this.#runs.size);
  }

  ids(): string[] {
    return [...this.#runs.keys()];
  }

  accept(claimed: ClaimedCommand): void {
    const known = this.#runs.get(claimed.id);
    if (known !== undefined) {
      known.run.adopt(claimed);
      return;
    }
    const run = new CommandRun(claimed, this.#tools);
    const done = run
      .run()
      .catch((error: unknown) => this.#explain(claimed.id, error))
      .finally(() => this.#runs.delete(claimed.id));
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

  async #settledWithin(ms: number): Promise<void> {
    const enough = new AbortController();
    const all = Promise.all([...this.#runs.values()].map(({ done }) => done));
    await Promise.race([all, pause(ms, enough.signal).catch(() => undefined)]);
    enough.abort();
  }

  #explain(id: string, error: unknown): void {
    if (error instanceof AgentFailure || this.#tools.reporting.aborted) return;
    this.#tools.log.error('command not reported', { command: id, reason: errorMessage(error) });
  }
}
