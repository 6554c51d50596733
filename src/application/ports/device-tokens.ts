import type { Beat } from '../../domain/device/presence.js';
import type { QueueState } from './dispatch-queue.js';
import type { RateRule, RateVerdict } from './rate-limiter.js';

/** A device's signed-in session. */
export interface DeviceSession {
  readonly deviceId: string;
  readonly customerId: string;
  readonly tokenGeneration: number;
}

export interface TokenLifetime {
  /** It dies when it is not used for so long. */
  readonly idleMs: number;
  /** It dies after so long in any case. */
  readonly lifeMs: number;
}

/** A token as it is kept: by its hash, with the device that it names. */
export interface KeptToken {
  readonly deviceId: string;
  readonly hash: string;
}

export type Admission =
  /** There is no such live token of that device. Nobody's budget was spent. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'admitted' | 'limited';
      readonly session: DeviceSession;
      readonly verdict: RateVerdict;
      /** The device's queue in this moment. */
      readonly queue: QueueState;
    };

/**
 * Device tokens, the budget of those who hold them, and a look at their queue: most calls of a device ask for all
 * three, and all have one answer. Losing all tokens costs a sign-in. Rejects with `dependency_unavailable`.
 */
export interface DeviceTokens {
  /** A device keeps its newest 64 tokens. */
  put(hash: string, session: DeviceSession, lifetime: TokenLifetime): Promise<void>;
  /**
   * Lets the holder of a live token in: its idle time starts anew, to within a thousandth of it, and one point of the
   * device's budget is taken. What was placed in the queue before the call is in what is shown of it. Calls at the same
   * time never take more than there are; all tokens of a device share its budget.
   */
  admit(token: KeptToken, budget: RateRule): Promise<Admission>;
  /** As `admit`, and keeps the beat of a device that is let in, as `Presence` does, in one step. */
  admitBeat(token: KeptToken, budget: RateRule, beat: Beat): Promise<Admission>;
  /** Forgets one token; unknown ones are fine. */
  revoke(token: KeptToken): Promise<void>;
  /** Forgets every token of the device; returns how many live ones there were. From then on none of them is let in. */
  revokeAll(deviceId: string): Promise<number>;
}
