import type { Clock } from '../../../src/application/ports/clock.js';

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #now = new Date('2026-11-23T12:00:00Z');

  now(): Date {
    return this.#now;
  }

  elapsedMs(): number {
    return this.#now.getTime();
  }

  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }

  get seconds(): number {
    return Math.floor(this.#now.getTime() / 1000);
  }
}
