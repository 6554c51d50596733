/** How often each kind of operation ran, and each outcome was seen. A model that never gets somewhere proves nothing there. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** Which of these never happened. */
  missing(expected: readonly string[]): readonly string[] {
    return expected.filter((what) => this.of(what) === 0);
  }

  get operations(): number {
    return [...this.#counts].reduce((sum, [what, count]) => (what.includes(':') ? sum : sum + count), 0);
  }

  toString(): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, count]) => `${what} ${String(count)}`)
      .join(', ');
  }
}
