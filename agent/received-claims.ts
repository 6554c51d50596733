/** More than any replay brings back: the gateway repeats a claim for five minutes. */
const mostKept = 1_000;

/** The claims that this process has received, so that one that comes again is recognised. Only the newest are kept. */
export class ReceivedClaims {
  readonly #seen = new Set<string>();

  /** Whether this claim is new; from now on it is not. */
  note({ id, claimToken }: { readonly id: string; readonly claimToken: string }): boolean {
    const key = `${id} ${claimToken}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > mostKept && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}
