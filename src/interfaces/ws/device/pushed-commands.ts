import { claimReplayMs } from '../../../domain/command/claim.js';

interface PushedClaim {
  readonly claimToken: string;
  readonly untilMs: number;
}

/**
 * The claims that were pushed over one connection and that the device still has in its hands, as far as the gateway
 * knows: until it hears that one is over, or the lease has run out. Milliseconds are those of a clock that never goes
 * back.
 */
export class PushedCommands {
  readonly #claims = new Map<string, PushedClaim>();

  put(commandId: string, claimToken: string, untilMs: number): void {
    this.#claims.set(commandId, { claimToken, untilMs });
  }

  /** The claim lasts longer, or lasts again; what was not pushed here is not counted here. */
  extend(commandId: string, claimToken: string, untilMs: number): void {
    if (this.#isPushed(commandId, claimToken)) this.put(commandId, claimToken, untilMs);
  }

  /** That claim is over. A later one of the same command stays. */
  end(commandId: string, claimToken: string): void {
    if (this.#isPushed(commandId, claimToken)) this.#claims.delete(commandId);
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

  #isPushed(commandId: string, claimToken: string): boolean {
    return this.#claims.get(commandId)?.claimToken === claimToken;
  }
}
