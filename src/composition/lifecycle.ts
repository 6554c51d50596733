/** Something that was opened and has to be closed. */
export interface Stage {
  readonly name: string;
  stop(): Promise<void>;
}

type Report = (message: string, facts: { readonly stage: string; readonly err?: unknown }) => void;

/**
 * What is open, in the order in which it was opened; it is closed in reverse. A stage that fails to close is
 * reported and does not keep the others open. Closing twice is fine.
 */
export class Lifecycle {
  readonly #stages: Stage[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  opened(name: string, stop: () => Promise<void> | void): void {
    this.#stages.push({ name, stop: async () => stop() });
  }

  async close(): Promise<void> {
    for (let stage = this.#stages.pop(); stage !== undefined; stage = this.#stages.pop()) {
      try {
        await stage.stop();
        this.#report('stopped', { stage: stage.name });
      } catch (error) {
        this.#report('did not stop cleanly', { stage: stage.name, err: error });
      }
    }
  }
}
