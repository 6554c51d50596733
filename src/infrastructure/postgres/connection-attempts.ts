/** How many may be begun at once, when, and how long each is waited for. */
export interface AttemptLimits {
  /** The patience with the first one; a connection on its way may well take longer than anybody waits for it. */
  readonly patienceMs: number;
  readonly longestPatienceMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/**
 * Decides when a connection may be begun. Every attempt costs the server the same, whether anybody still waits for it
 * or not: begun anew without a pause, they would keep a busy server from ever letting one in. So after a failure there
 * is one at a time, each after a longer pause, and waited for longer, than the one before.
 *
 * Instants are readings of one clock that never goes back, in ms.
 */
export class ConnectionAttempts {
  readonly #limits: AttemptLimits;
  readonly #random: () => number;
  #underWay = 0;
  #failures = 0;
  #notBefore = 0;

  /** `random`: from 0 to 1, so that several gateways do not knock in step. */
  constructor(limits: AttemptLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** How long to wait with the next attempt; null while one that is under way has to end first. */
  waitMs(now: number): number | null {
    if (this.#failures > 0 && this.#underWay > 0) return null;
    return Math.max(0, this.#notBefore - now);
  }

  /** How long the next one is waited for. */
  get patienceMs(): number {
    const { patienceMs, longestPatienceMs } = this.#limits;
    return Math.min(patienceMs * 2 ** Math.min(this.#failures, 16), longestPatienceMs);
  }

  begun(): void {
    this.#underWay += 1;
  }

  came(): void {
    this.#underWay -= 1;
    this.#failures = 0;
    this.#notBefore = 0;
  }

  failed(now: number): void {
    this.#underWay -= 1;
    // Those that were begun together fail together: only the first and the last of them count.
    if (this.#failures > 0 && this.#underWay > 0) return;
    const { firstPauseMs, longestPauseMs } = this.#limits;
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(this.#failures, 16), longestPauseMs);
    this.#failures += 1;
    this.#notBefore = now + pauseMs * (1 + this.#random()) * 0.5;
  }
}
