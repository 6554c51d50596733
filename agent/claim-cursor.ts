import { randomUUID } from 'node:crypto';

/**
 * Which claim comes next. Polls and pushes count along one series of attempt ids (`<base>:<n>`), so that whatever
 * the gateway claimed under one of them and could not deliver is asked for again by either way, under the same id.
 */
export class ClaimCursor {
  #attemptId = `${randomUUID()}:1`;
  #hasBrought = false;

  /** Of the next claim: one whose answer nobody has seen yet, or that may have brought more than was received. */
  get attemptId(): string {
    return this.#attemptId;
  }

  /** The next claim has brought something already, and may bring nothing more: it is not worth waiting for. */
  get hasBrought(): boolean {
    return this.#hasBrought;
  }

  /** The claim was answered as a whole. */
  answered(): void {
    this.#hasBrought = false;
    const [, base = this.#attemptId, n = '0'] = /^(.+):(\d{1,15})$/.exec(this.#attemptId) ?? [];
    this.#attemptId = `${base}:${Number(n) + 1}`;
  }

  /** A command of this claim was pushed: everything before it has arrived, and of it perhaps not all. */
  reached(attemptId: string): void {
    this.#attemptId = attemptId;
    this.#hasBrought = true;
  }
}
