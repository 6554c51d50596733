/** How many messages a connection may send. */
const perSecond = 20;
const burst = 60;

/** The budget of one connection: a bucket that holds a burst and fills up at the steady rate. */
export class MessageBudget {
  #left = burst;
  #at: number;

  /** Milliseconds of a clock that never goes back. */
  constructor(at: number) {
    this.#at = at;
  }

  /** Takes one; false when there is none left. */
  spend(at: number): boolean {
    this.#left = Math.min(burst, this.#left + ((at - this.#at) * perSecond) / 1_000);
    this.#at = at;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
