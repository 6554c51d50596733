import type { ProposalOutcome } from '../../application/ports/command-proposals.js';
import type { CommandStore, OpenScope } from '../../application/ports/command-store.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { CommandWrite } from './record-observer.js';

/** The commands of one transaction, and what became of them in it. */
export class ObservedCommandStore implements CommandStore {
  readonly #store: CommandStore;
  readonly #at: Date;
  readonly #entries: NewEntry[];
  readonly #stored = new Map<string, Command>();
  readonly #written = new Map<string, Command>();

  /** `entries` are those of the transaction, still growing. */
  constructor(store: CommandStore, at: Date, entries: NewEntry[]) {
    this.#store = store;
    this.#at = at;
    this.#entries = entries;
  }

  /** Once the transaction is committed: each command as it ended up. */
  writes(): readonly CommandWrite[] {
    return [...this.#written.values()].map((command) => ({
      stored: this.#stored.get(command.id) ?? null,
      command,
      entries: this.#entries.filter(({ subject }) => subject.kind === 'command' && subject.id === command.id),
      at: this.#at,
    }));
  }

  async lock(customerId: string, commandId: string): Promise<Command | null> {
    const command = await this.#store.lock(customerId, commandId);
    if (command !== null) this.#saw(command);
    return command;
  }

  async lockOpen(scope: OpenScope): Promise<readonly Command[]> {
    const commands = await this.#store.lockOpen(scope);
    for (const command of commands) this.#saw(command);
    return commands;
  }

  async propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome> {
    const outcome = await this.#store.propose(command, entry);
    if (outcome.kind === 'accepted') {
      this.#written.set(outcome.command.id, outcome.command);
      this.#entries.push(entry);
    }
    return outcome;
  }

  forgetPlaces(deviceId: string): Promise<void> {
    return this.#store.forgetPlaces(deviceId);
  }

  async save(command: Command): Promise<void> {
    await this.#store.save(command);
    this.#written.set(command.id, command);
  }

  /** Read again after it was saved, it is not what it was before. */
  #saw(command: Command): void {
    if (!this.#stored.has(command.id) && !this.#written.has(command.id))
      this.#stored.set(command.id, command);
  }
}
