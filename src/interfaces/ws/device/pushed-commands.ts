import { claimReplayMs } from '../../../domain/command/claim.js';

interface PushedClaim {
  readonly claimToken: string;
  readonly untilMs: number;
  readonly sinceMs: number;
}

/**
 * The claims that were pushed over one connection and that the device still has in its hands, as far as the gateway
 * knows: until it hears that one is over, or the lease has run out. Milliseconds are those of a clock that never goes
 * back.
 */
export class PushedCommands {
  readonly #claims = new Map<string, PushedClaim>();

  put(commandId: string, claimToken: string, sinceMs: number, untilMs: number): void {
    this.#claims.set(commandId, { claimToken, sinceMs, untilMs });
  }

  /** The claim lasts longer, or lasts again; what was not pushed here is not counted here. */
  extend(commandId: string, claimToken: string, untilMs: number): void {
    const claim = this.#pushed(commandId, claimToken);
    if (claim !== null) this.put(commandId, claimToken, claim.sinceMs, untilMs);
  }

  /** That claim is over. A later one of the same command stays. */
  end(commandId: string, claimToken: string): void {
    if (this.#pushed(commandId, claimToken) !== null) this.#claims.delete(commandId);
  }

  /**
   * At `atMs` the device had no more than so many claims, however it came by them: others have ended without a word here.
   * Which ones, is not known; the next to run out stand for them.
   */
  limit(count: number, atMs: number): void {
    const former = [...this.#claims].filter(([, { sinceMs, untilMs }]) => sinceMs < atMs && untilMs > atMs);
    former.sort(([, one], [, other]) => one.untilMs - other.untilMs);
    for (const [commandId] of former.slice(0, Math.max(0, former.length - count)))
      this.#claims.delete(commandId);
  }

  /** How many there are. */
  count(nowMs: number): number {
    let count = 0;
    for (const [commandId, { untilMs }] of this.#claims) {
      if (untilMs > nowMs) count += 1;
      // For a while a device that was out of reach may revive a lapsed claim.
      else if (untilMs + claimReplayMs < nowMs) this.#claims.delete(commandId);
    }
    return count;
  }

  /** When the next lease runs out; null when there is none. */
  nextEndMs(nowMs: number): number | null {
    const ends = [...this.#claims.values()]
      .map(({ untilMs }) => untilMs)
      .filter((untilMs) => untilMs > nowMs);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  #pushed(commandId: string, claimToken: string): PushedClaim | null {
    const claim = this.#claims.get(commandId);
    return claim?.claimToken === claimToken ? claim : null;
  }
}
