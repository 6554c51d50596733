import { audienceOf, idOf } from '../../application/ports/live-bus.js';
import type { Audience, LiveBus, LiveSignal } from '../../application/ports/live-bus.js';

/** By itself, and not by the function: who listens twice with one function hears twice, and stops one by one. */
interface Listener {
  readonly hear: (signal: LiveSignal) => void;
}

/** The listeners of one process. They hear a signal within the call that tells it. */
export class InProcessLiveBus implements LiveBus {
  readonly #listeners = new Map<string, Set<Listener>>();

  tell(signal: LiveSignal): Promise<void> {
    // A copy: whoever hears may begin to listen, or stop, on the spot.
    for (const { hear } of [...(this.#listeners.get(nameOf(audienceOf(signal))) ?? [])]) {
      try {
        hear(signal);
      } catch {
        // Neither the teller nor the other listeners can do anything about it.
      }
    }
    return Promise.resolve();
  }

  listen(audience: Audience, hear: (signal: LiveSignal) => void): () => void {
    const name = nameOf(audience);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const listener = { hear };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      // Only its own set: by now the audience may have another one.
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }
}

const nameOf = (audience: Audience): string => `${Object.keys(audience).join()} ${idOf(audience)}`;
