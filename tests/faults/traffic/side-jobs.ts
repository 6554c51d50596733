import { setTimeout as sleep } from 'node:timers/promises';

/** What is done beside a loop and has to be over before the run is. */
export class SideJobs {
  readonly #running = new Set<Promise<void>>();
  #failure: Error | null = null;

  after(ms: number, job: () => Promise<unknown>): void {
    const running = sleep(ms)
      .then(job)
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failure ??= error instanceof Error ? error : new Error(String(error));
        },
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when none is left; throws what the first that failed threw. */
  async over(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== null) throw this.#failure;
  }
}
