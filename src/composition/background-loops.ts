import type { Logger } from 'pino';

export interface BackgroundLoop {
  readonly name: string;
  /** The pause before each run. */
  readonly everyMs: number | (() => number);
  run(): Promise<unknown>;
}

/**
 * Runs each loop again and again, one run at a time, until stopped. A failing run is tried again at the next
 * turn; it is logged when it starts to fail and when it works again, not at every turn in between.
 */
export class BackgroundLoops {
  readonly #log: Logger;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #failing = new Set<string>();
  #stopped = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  start(loop: BackgroundLoop): void {
    this.#schedule(loop);
  }

  /** Resolves when no run is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running);
  }

  #schedule(loop: BackgroundLoop): void {
    if (this.#stopped) return;
    const { name, everyMs } = loop;
    const timer = setTimeout(
      () => {
        const run = this.#runOnce(loop).finally(() => this.#running.delete(run));
        this.#running.add(run);
      },
      typeof everyMs === 'number' ? everyMs : everyMs(),
    );
    this.#timers.set(name, timer);
  }

  async #runOnce(loop: BackgroundLoop): Promise<void> {
    try {
      await loop.run();
      if (this.#failing.delete(loop.name)) this.#log.info({ loop: loop.name }, 'background loop works again');
    } catch (error) {
      if (!this.#failing.has(loop.name))
        this.#log.warn({ loop: loop.name, err: error }, 'background loop failed');
      this.#failing.add(loop.name);
    }
    this.#schedule(loop);
  }
}
