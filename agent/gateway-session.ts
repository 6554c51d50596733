import { AgentFailure, exitCodes } from './agent-failure.js';
import type { AgentLog } from './agent-log.js';
import { Backoff, pause, slowBackoff, usualBackoff } from './backoff.js';
import type { BackoffLimits } from './backoff.js';
import { GatewayRefusal, GatewayUnreachable } from './gateway-client.js';
import type { GatewayClient, GatewayRequest } from './gateway-client.js';
import type { DeviceState } from './state-file.js';
import { untilAborted } from './until-aborted.js';
import { nothing, signedIn } from './wire-contract.js';

/** A request whose body is made anew for every try. */
export interface SessionRequest<Answer> extends Omit<GatewayRequest<Answer>, 'token' | 'body' | 'method'> {
  readonly body: () => unknown;
}

export interface SessionOptions {
  readonly client: GatewayClient;
  readonly state: Pick<DeviceState, 'deviceId' | 'deviceSecret'>;
  readonly log: AgentLog;
  readonly random: () => number;
  readonly backoff?: BackoffLimits;
  readonly slowBackoff?: BackoffLimits;
}

/**
 * The signed-in device: every call carries a living token and is repeated until the gateway has given an
 * answer that another try would not change. Nothing but `device_retired` ends it; no 5xx, no lost network and
 * no 401 makes it forget its secret.
 */
export class GatewaySession {
  readonly #options: SessionOptions;
  #token: string | null = null;
  #signingIn: Promise<string> | null = null;
  #trouble = '';

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Rejects with a GatewayRefusal (a definite no), an AgentFailure (retired) or the signal's reason. */
  async call<Answer>(request: SessionRequest<Answer>): Promise<Answer> {
    const waits = this.#waits();
    for (;;) {
      const token = await this.#currentToken(request.signal);
      try {
        const answer = await this.#options.client.send({
          ...request,
          method: 'POST',
          body: request.body(),
          token,
        });
        this.#recovered();
        return answer;
      } catch (error) {
        request.signal.throwIfAborted();
        if (error instanceof GatewayRefusal && endsToken(error) && this.#token === token) this.#token = null;
        const delayMs = this.#delayAfter(error, waits);
        if (delayMs === null) throw error;
        await pause(delayMs, request.signal);
      }
    }
  }

  /** Makes the token worthless. One try: an unreachable gateway lets it run out by itself. */
  async signOut(signal: AbortSignal): Promise<void> {
    const token = this.#token;
    if (token === null) return;
    this.#token = null;
    const { client, log } = this.#options;
    try {
      await client.send({
        method: 'DELETE',
        path: '/auth',
        token,
        answer: nothing,
        timeoutMs: 2_000,
        signal,
      });
      log.debug('signed out');
    } catch {
      log.debug('could not sign out; the token runs out by itself');
    }
  }

  async #currentToken(signal: AbortSignal): Promise<string> {
    for (;;) {
      // Before a sign-in is begun: one that nobody waits for would fail unheard.
      signal.throwIfAborted();
      if (this.#token !== null) return this.#token;
      // All loops of the agent share one sign-in, and the loop that began it may be stopped before the others.
      this.#signingIn ??= this.#signIn(signal).finally(() => {
        this.#signingIn = null;
      });
      try {
        return await untilAborted(this.#signingIn, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AgentFailure) throw error;
      }
    }
  }

  async #signIn(signal: AbortSignal): Promise<string> {
    const { client, state, log } = this.#options;
    const body = { deviceId: state.deviceId, deviceSecret: state.deviceSecret };
    const waits = this.#waits();
    for (;;) {
      try {
        const answer = await client.send({ method: 'POST', path: '/auth', body, answer: signedIn, signal });
        this.#token = answer.token;
        this.#recovered();
        log.debug('signed in');
        return answer.token;
      } catch (error) {
        signal.throwIfAborted();
        const delayMs = this.#delayAfter(error, waits);
        // A refusal of the sign-in itself (a proxy's page, an unknown fault) is worth another, slow try.
        await pause(delayMs ?? waits.slow.next(), signal);
      }
    }
  }

  #waits(): { usual: Backoff; slow: Backoff } {
    const { random } = this.#options;
    return {
      usual: new Backoff(this.#options.backoff ?? usualBackoff, random),
      slow: new Backoff(this.#options.slowBackoff ?? slowBackoff, random),
    };
  }

  /** How long to wait before another try; null when another try would get the same answer. */
  #delayAfter(error: unknown, waits: { usual: Backoff; slow: Backoff }): number | null {
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

  // Said once an outage, not once a try: a night offline must not fill the disk.
  #complain(message: string, reason: string): void {
    if (this.#trouble === message) return;
    this.#trouble = message;
    this.#options.log.warn(message, { reason });
  }

  #recovered(): void {
    if (this.#trouble === '') return;
    this.#trouble = '';
    this.#options.log.info('gateway is back');
  }
}

function endsToken(refusal: GatewayRefusal): boolean {
  return refusal.status === 401 || refusal.code === 'device_suspended';
}
