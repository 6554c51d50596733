import type { Clock } from '../../application/ports/clock.js';
import type { Command } from '../../domain/command/command.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { hasCompany } from '../../domain/command/hindrance.js';

/** `characters`: of what people and devices wrote; what else there is of a command is short. */
export interface RecentLimits {
  readonly commands: number;
  readonly characters: number;
}

const usualLimits: RecentLimits = { commands: 8_192, characters: 16_777_216 };

interface Kept {
  readonly command: Command;
  readonly characters: number;
}

/**
 * Commands as this gateway wrote them last. What is judged on one of them is written only if it still is the record,
 * so it saves a look at the record and can never mislead. The oldest are let go of first.
 */
export class RecentCommands {
  readonly clock: Clock;
  readonly #limits: RecentLimits;
  readonly #kept = new Map<string, Kept>();
  #characters = 0;

  /** `clock`: that of the record, closely enough; the write checks it. */
  constructor(clock: Clock, limits: RecentLimits = usualLimits) {
    this.clock = clock;
    this.#limits = limits;
  }

  find(commandId: string): Command | undefined {
    return this.#kept.get(commandId)?.command;
  }

  note(command: Command): void {
    this.forget(command.id);
    // Of what has company, nobody knows from here what hinders it.
    if (isTerminal(command.state) || hasCompany(command)) return;
    const characters = charactersOf(command);
    this.#kept.set(command.id, { command, characters });
    this.#characters += characters;
    while (this.#kept.size > this.#limits.commands || this.#characters > this.#limits.characters) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined) return;
      this.forget(oldest);
    }
  }

  forget(commandId: string): void {
    this.#characters -= this.#kept.get(commandId)?.characters ?? 0;
    this.#kept.delete(commandId);
  }
}

const charactersOf = ({ parameters, progress, evidence }: Command): number =>
  JSON.stringify([parameters, progress, evidence]).length;
