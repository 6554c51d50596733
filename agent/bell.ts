/** Wakes those who wait for a change; they look for themselves what has changed. */
export class Bell {
  #ring: () => void = () => undefined;
  #rung = this.#next();

  ring(): void {
    const ring = this.#ring;
    this.#rung = this.#next();
    ring();
  }

  /** The next ring after now. Taken before looking, it misses nothing. */
  rung(): Promise<void> {
    return this.#rung;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }
}
