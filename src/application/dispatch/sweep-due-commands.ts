import { dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Command } from '../../domain/command/command.js';
import type { CommandDeadlines } from '../ports/command-deadlines.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DispatchQueue, DueCommand } from '../ports/dispatch-queue.js';

const batchSize = 200;
/** A due command that a dying sweeper took along is seen again after this. */
const retryMs = 5_000;

/**
 * Writes down what time alone has moved, so that people hear of it in time and attempts end without another
 * claim. It decides nothing: whoever reads or claims sees the same moves, sweeper or not.
 */
export class SweepDueCommands {
  readonly #queue: DispatchQueue;
  readonly #deadlines: CommandDeadlines;
  readonly #ledger: CommandLedger;
  readonly #follower: DispatchFollower;

  constructor(
    queue: DispatchQueue,
    deadlines: CommandDeadlines,
    ledger: CommandLedger,
    follower: DispatchFollower,
  ) {
    this.#queue = queue;
    this.#deadlines = deadlines;
    this.#ledger = ledger;
    this.#follower = follower;
  }

  /** Moves what the dispatch store says is due. Returns how many moved. */
  async execute(): Promise<number> {
    const due = await this.#queue.takeDue(batchSize, retryMs);
    if (due.length === 0) return 0;
    const known = await this.#deadlines.findMany(due.map(({ commandId }) => commandId));
    const found = new Map(known.map(({ command }) => [command.id, command]));
    await this.#queue.place(due.filter((entry) => !isTheirs(entry, found.get(entry.commandId))).map(dropped));
    return this.#moveAll([...found.values()]);
  }

  /** Moves what the record itself says is overdue: the dispatch store may be away, or may have forgotten. */
  async sweepRecord(): Promise<number> {
    const overdue = await this.#deadlines.overdue(batchSize);
    return this.#moveAll(overdue.map(({ command }) => command));
  }

  async #moveAll(commands: readonly Command[]): Promise<number> {
    const moved = await Promise.all(commands.map((command) => this.#move(command)));
    return moved.filter(Boolean).length;
  }

  async #move({ id, customerId }: Command): Promise<boolean> {
    const answer = await this.#ledger.change(id, { customerId }, (stored, now) => {
      const { command, moves } = commandAsOf(stored, now);
      const outcome = { command, now, moved: moves.length > 0 };
      return moves.length === 0 ? { outcome } : { outcome, save: { command, entries: dueEntries(moves) } };
    });
    if (answer.kind !== 'decided') return false;
    await this.#follower.follow([answer.outcome.command], answer.outcome.now);
    return answer.outcome.moved;
  }
}

const isTheirs = (due: DueCommand, command: Command | undefined): boolean =>
  command?.deviceId === due.deviceId;

const dropped = ({ deviceId, commandId }: DueCommand) => ({ kind: 'drop' as const, deviceId, commandId });
