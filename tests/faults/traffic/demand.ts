/** Who has room for another command. Keeps queues filled, so that there is an order to keep, and bounded. */
export class Demand {
  readonly #waiting: string[] = [];
  readonly #takers: ((device: string | null) => void)[] = [];
  readonly #open = new Map<string, number>();
  #closed = false;

  /** A device with nothing to do may have more than it lost count of; never more than `most` at once. */
  wantMore(device: string, count: number, most = 40): void {
    const asked = this.#waiting.filter((other) => other === device).length;
    const room = most - (this.#open.get(device) ?? 0) - asked;
    for (let added = 0; added < Math.min(count, room); added += 1) this.#want(device);
  }

  /** One of its commands is in nobody's queue any more. */
  left(device: string): void {
    this.#open.set(device, Math.max(0, (this.#open.get(device) ?? 0) - 1));
    this.#want(device);
  }

  /** Resolves with a device that gets the next command, or null when there will be none. */
  async next(): Promise<string | null> {
    const device = this.#closed ? null : (this.#waiting.shift() ?? (await this.#wait()));
    if (device !== null) this.#open.set(device, (this.#open.get(device) ?? 0) + 1);
    return device;
  }

  close(): void {
    this.#closed = true;
    for (const taker of this.#takers.splice(0)) taker(null);
  }

  #want(device: string): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(device);
    else this.#waiting.push(device);
  }

  #wait(): Promise<string | null> {
    return new Promise((resolve) => this.#takers.push(resolve));
  }
}
