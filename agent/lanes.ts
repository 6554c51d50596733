/** So much work at a time; what comes beyond waits, first come, first served. */
export class Lanes {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Begins at once when a lane is free. Settles as the work does. */
  async inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      // Handed on without becoming free in between: nobody who comes meanwhile gets ahead.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
