import type { CommandProgress } from '../../../domain/command/command.js';
import { lastPieceOf } from '../../../domain/command/streamed-output.js';

/** Commands that one connection is told of at the same time; of a forgotten one it is told again all that is kept. */
const mostCommands = 256;

/** Which output of which command one connection has been told. */
export class ToldOutput {
  readonly #told = new Map<string, { readonly attempt: number; readonly last: number }>();

  /** Number of the last piece that was told; 0 when it was none. */
  last(commandId: string, { stream }: CommandProgress): number {
    const told = this.#told.get(commandId);
    return told?.attempt === stream.attempt ? told.last : 0;
  }

  note(commandId: string, { stream }: CommandProgress): void {
    this.#told.delete(commandId);
    this.#told.set(commandId, { attempt: stream.attempt, last: lastPieceOf(stream) });
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= mostCommands) return;
      this.#told.delete(oldest);
    }
  }

  forget(): void {
    this.#told.clear();
  }
}
