import { setTimeout as sleep } from 'node:timers/promises';
import { audienceOf, idOf } from '../../application/ports/live-bus.js';
import type { Audience, LiveBus, LiveSignal } from '../../application/ports/live-bus.js';

/** By itself, and not by the function: who listens twice with one function hears twice, and stops one by one. */
interface Listener {
  readonly hear: (signal: LiveSignal) => void;
}

interface Audible {
  readonly audience: Audience;
  readonly listeners: Set<Listener>;
}

/** Everybody looks again after a signal: thousands who do so at once would keep the stores from everything else. */
const toldAtOnce = 50;
const pauseMs = 20;

/** The listeners of one process. They hear a signal within the call that tells it. */
export class InProcessLiveBus implements LiveBus {
  readonly #audiences = new Map<string, Audible>();
  #isTelling = false;
  #tellAgain = false;

  tell(signal: LiveSignal): Promise<void> {
    // A copy: whoever hears may begin to listen, or stop, on the spot.
    for (const { hear } of [...(this.#audiences.get(nameOf(audienceOf(signal)))?.listeners ?? [])]) {
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
    const audible = this.#audiences.get(name) ?? { audience, listeners: new Set() };
    this.#audiences.set(name, audible);
    const { listeners } = audible;
    const listener = { hear };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      // Only its own set: by now the audience may have another one.
      if (listeners.size === 0 && this.#audiences.get(name) === audible) this.#audiences.delete(name);
    };
  }

  /**
   * Tells everybody who listens that something may have changed, 2,500 a second. Called meanwhile, it tells everybody
   * once more. Never rejects.
   */
  async tellEverybody(): Promise<void> {
    this.#tellAgain = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#tellAgain) {
      this.#tellAgain = false;
      await this.#tellAll([...this.#audiences.values()].map(({ audience }) => audience));
    }
    this.#isTelling = false;
  }

  async #tellAll(audiences: readonly Audience[]): Promise<void> {
    for (let from = 0; from < audiences.length; from += toldAtOnce) {
      if (from > 0) await sleep(pauseMs, undefined, { ref: false });
      for (const audience of audiences.slice(from, from + toldAtOnce)) void this.tell(signalTo(audience));
    }
  }
}

/** The one after which an audience looks at everything that it depends on. */
function signalTo(audience: Audience): LiveSignal {
  if ('customerId' in audience) return { kind: 'activity', customerId: audience.customerId };
  if ('deviceId' in audience) return { kind: 'device', deviceId: audience.deviceId };
  return { kind: 'person', userId: audience.userId };
}

const nameOf = (audience: Audience): string => `${Object.keys(audience).join()} ${idOf(audience)}`;
