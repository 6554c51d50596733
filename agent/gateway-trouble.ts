import { AgentFailure, exitCodes } from './agent-failure.js';
import type { AgentLog } from './agent-log.js';
import { Backoff, slowBackoff, usualBackoff } from './backoff.js';
import type { BackoffLimits } from './backoff.js';
import { GatewayRefusal, GatewayUnreachable } from './gateway-refusal.js';

export interface TroubleOptions {
  readonly log: AgentLog;
  readonly random: () => number;
  readonly backoff?: BackoffLimits;
  readonly slowBackoff?: BackoffLimits;
}

/** The delays of one call that is repeated. */
export interface Waits {
  readonly usual: Backoff;
  readonly slow: Backoff;
}

/** What to make of a call that failed: how long to wait, and what to tell the operator, once an outage. */
export class GatewayTrouble {
  readonly #options: TroubleOptions;
  #complaint = '';

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  waits(): Waits {
    const { random } = this.#options;
    return {
      usual: new Backoff(this.#options.backoff ?? usualBackoff, random),
      slow: new Backoff(this.#options.slowBackoff ?? slowBackoff, random),
    };
  }

  /**
   * How long to wait before another try; null when another try would get the same answer. Throws an AgentFailure
   * when the device is retired.
   */
  delayAfter(error: unknown, waits: Waits): number | null {
    if (error instanceof GatewayUnreachable) {
      this.#complain('gateway unreachable, trying again', error.message);
      return waits.usual.next();
    }
    if (!(error instanceof GatewayRefusal)) return null;
    const { status, code, retryAfterMs } = error;
    if (code === 'device_retired') {
      throw new AgentFailure(
        'This device has been retired; the gateway takes nothing more from it. Provision it anew to use it again.',
        exitCodes.refusedForGood,
      );
    }
    if (code === 'device_suspended') {
      this.#complain('device is suspended, waiting until somebody resumes it', error.message);
      return waits.slow.next(retryAfterMs);
    }
    if (code === 'invalid_credentials') {
      this.#complain(
        'the gateway does not accept this secret; it may need a new activation code',
        error.message,
      );
      return waits.slow.next(retryAfterMs);
    }
    if (status === 401) return waits.usual.next(retryAfterMs);
    if (status === 408 || status === 429 || status >= 500) {
      this.#complain('gateway busy or unavailable, trying again', `${status} ${code}`.trim());
      return waits.usual.next(retryAfterMs);
    }
    return null;
  }

  recovered(): void {
    if (this.#complaint === '') return;
    this.#complaint = '';
    this.#options.log.info('gateway is back');
  }

  // Said once an outage, not once a try: a night offline must not fill the disk.
  #complain(message: string, reason: string): void {
    if (this.#complaint === message) return;
    this.#complaint = message;
    this.#options.log.warn(message, { reason });
  }
}
