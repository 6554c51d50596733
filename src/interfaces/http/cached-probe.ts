import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import type { Probe, ProbeName } from './http-server-options.js';

const limitMs = 1_000;
const cachedMs = 1_000;

/** Asks a dependency at most once a second, however many ask here, and gives it one second to answer. */
export class CachedProbe {
  readonly name: ProbeName;
  readonly #probe: Probe;
  readonly #clock: Clock;
  readonly #log: FastifyBaseLogger;
  #asked: { readonly at: number; readonly answer: Promise<boolean> } | null = null;

  constructor(name: ProbeName, probe: Probe, clock: Clock, log: FastifyBaseLogger) {
    this.name = name;
    this.#probe = probe;
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether it answered. Never rejects. */
  ask(): Promise<boolean> {
    const at = this.#clock.now().getTime();
    const age = this.#asked === null ? Infinity : Math.abs(at - this.#asked.at);
    if (this.#asked === null || age >= cachedMs) this.#asked = { at, answer: this.#askNow() };
    return this.#asked.answer;
  }

  async #askNow(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${String(limitMs)} ms`));
      }, limitMs);
    });
    try {
      await Promise.race([this.#probe(), late]);
      return true;
    } catch (err) {
      this.#log.warn({ err, check: this.name }, 'a dependency does not answer');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
