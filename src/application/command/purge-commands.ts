import type { CommandHistory } from '../ports/command-history.js';

const batchSize = 500;
/** One turn ends after so many; the next one goes on. */
const batchesPerTurn = 100;

/**
 * Lets go of commands that ended long ago, in small steps that hold up nobody. The log of what happened to them stays:
 * its entries are chained, so that none can be taken out of it unseen.
 */
export class PurgeCommands {
  readonly #history: CommandHistory;
  readonly #retentionMs: number | null;

  /** `retentionMs`: for how long an ended command is kept; null: for ever. */
  constructor(history: CommandHistory, retentionMs: number | null) {
    this.#history = history;
    this.#retentionMs = retentionMs;
  }

  /** Returns how many it let go of. */
  async execute(): Promise<number> {
    if (this.#retentionMs === null) return 0;
    let purged = 0;
    for (let batch = 0; batch < batchesPerTurn; batch += 1) {
      const count = await this.#history.purge(this.#retentionMs, batchSize);
      purged += count;
      if (count < batchSize) break;
    }
    return purged;
  }
}
