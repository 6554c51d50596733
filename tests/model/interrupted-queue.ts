import type {
  DispatchQueue,
  DueCommand,
  QueueDepth,
  Taken,
  TakeRequest,
} from '../../src/application/ports/dispatch-queue.js';
import type { Placement } from '../../src/domain/command/placement.js';
import { generalFaults } from '../../src/domain/shared/general-faults.js';

/** What goes wrong at one call of the dispatch store, and whether the store has done it by then. */
export interface Interruption {
  /** `died`: the gateway ends there. `away`: the store does not answer, from there on. */
  readonly how: 'died' | 'away';
  readonly atCall: number;
  readonly done: boolean;
}

export class GatewayDied extends Error {}

/** The dispatch store as a use case finds it: with `interrupt`, it fails at a chosen call. */
export class InterruptedQueue implements DispatchQueue {
  #inner: DispatchQueue;
  #interruption: Interruption | null = null;
  #calls = 0;
  #happened = false;

  constructor(inner: DispatchQueue) {
    this.#inner = inner;
  }

  replace(inner: DispatchQueue): void {
    this.#inner = inner;
  }

  interrupt(interruption: Interruption): void {
    this.#interruption = interruption;
    this.#calls = 0;
    this.#happened = false;
  }

  /** Answers as it should again. Returns whether anything had gone wrong. */
  mend(): boolean {
    this.#interruption = null;
    const happened = this.#happened;
    this.#happened = false;
    return happened;
  }

  place(placements: readonly Placement[]): Promise<void> {
    return this.#call(() => this.#inner.place(placements));
  }

  take(deviceId: string, request: TakeRequest): Promise<Taken> {
    return this.#call(() => this.#inner.take(deviceId, request));
  }

  takeDue(limit: number, retryMs: number): Promise<readonly DueCommand[]> {
    return this.#call(() => this.#inner.takeDue(limit, retryMs));
  }

  depth(deviceId: string): Promise<QueueDepth> {
    return this.#inner.depth(deviceId);
  }

  inEpoch(epoch: string): Promise<boolean> {
    return this.#call(() => this.#inner.inEpoch(epoch));
  }

  beginRebuild(mark: string): Promise<void> {
    return this.#call(() => this.#inner.beginRebuild(mark));
  }

  beginEpoch(epoch: string, mark: string): Promise<boolean> {
    return this.#call(() => this.#inner.beginEpoch(epoch, mark));
  }

  async #call<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    const interruption = this.#interruption;
    if (interruption === null) return run();
    this.#calls += 1;
    const { how, atCall, done } = interruption;
    if (how === 'away' ? this.#calls < atCall : this.#calls !== atCall) return run();
    this.#happened = true;
    if (done) await run();
    throw how === 'died' ? new GatewayDied('here the gateway died') : generalFaults.dependency_unavailable();
  }
}
