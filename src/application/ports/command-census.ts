import type { OpenState } from '../../domain/command/command-state.js';

export interface StateCount {
  readonly state: OpenState;
  readonly count: number;
  /** Since the oldest of them was proposed; null when there is none. */
  readonly oldestAgeMs: number | null;
}

/** How much there is to do, over all customers, devices and gateways. */
export interface CommandCensus {
  /**
   * Every open state once, as it is written. It looks at the 100,000 oldest open commands at most, so that it costs
   * the same however many have ended and never much: beyond that the counts stand still, and the ages stay right.
   * Rejects with `dependency_unavailable` when the record does not answer.
   */
  take(): Promise<readonly StateCount[]>;
}
