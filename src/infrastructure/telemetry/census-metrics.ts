import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CommandCensus, StateCount } from '../../application/ports/command-census.js';

/** Scrapers may be many and impatient: the record is asked at most this often. */
const keptMs = 5_000;

/** How much there is to do in the whole fleet. Every gateway shows the same; without the record, none does. */
export class CensusMetrics {
  readonly #census: CommandCensus;
  readonly #commands: Gauge;
  readonly #ages: Gauge;
  #taken: { readonly at: number; readonly done: Promise<void> } | null = null;

  constructor(registry: Registry, census: CommandCensus) {
    this.#census = census;
    const common = { labelNames: ['state'], registers: [registry], collect: () => this.#refresh() };
    this.#commands = new Gauge({
      ...common,
      name: 'fieldgate_commands',
      help: 'Commands that have not ended, in all gateways.',
    });
    this.#ages = new Gauge({
      ...common,
      name: 'fieldgate_command_oldest_age_seconds',
      help: 'Age of the oldest command that has not ended; 0 when there is none.',
    });
  }

  #refresh(): Promise<void> {
    const now = performance.now();
    if (this.#taken === null || now - this.#taken.at >= keptMs) {
      this.#taken = { at: now, done: this.#take() };
    }
    return this.#taken.done;
  }

  async #take(): Promise<void> {
    let counts: readonly StateCount[] = [];
    try {
      counts = await this.#census.take();
    } catch {
      // An old number would be a lie, and a scrape without any numbers hides that the gateway itself is well.
    }
    this.#commands.reset();
    this.#ages.reset();
    for (const { state, count, oldestAgeMs } of counts) {
      this.#commands.set({ state }, count);
      this.#ages.set({ state }, (oldestAgeMs ?? 0) / 1_000);
    }
  }
}
