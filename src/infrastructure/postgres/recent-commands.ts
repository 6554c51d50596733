import type { Clock } from '../../application/ports/clock.js';
import type { Command } from '../../domain/command/command.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { hasCompany } from '../../domain/command/hindrance.js';

const most = 8_192;
/** Characters of parameters and progress: what is long is read again rather than kept. */
const longest = 4_096;

/**
 * Commands as this gateway wrote them last. What is judged on one of them is written only if it still is the record,
 * so it saves a look at the record and can never mislead. The oldest are let go of first.
 */
export class RecentCommands {
  readonly clock: Clock;
  readonly #commands = new Map<string, Command>();

  /** `clock`: that of the record, closely enough; the write checks it. */
  constructor(clock: Clock) {
    this.clock = clock;
  }

  find(commandId: string): Command | undefined {
    return this.#commands.get(commandId);
  }

  note(command: Command, length: number): void {
    this.#commands.delete(command.id);
    // Of what has company, nobody knows from here what hinders it.
    if (isTerminal(command.state) || hasCompany(command) || length > longest) return;
    if (this.#commands.size >= most) {
      const [oldest] = this.#commands.keys();
      if (oldest !== undefined) this.#commands.delete(oldest);
    }
    this.#commands.set(command.id, command);
  }

  forget(commandId: string): void {
    this.#commands.delete(commandId);
  }
}
