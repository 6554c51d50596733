import { AgentFailure } from './agent-failure.js';
import { pause } from './backoff.js';
import { messageOf, requestOf } from './device-call.js';
import type { DeviceCall } from './device-call.js';
import type { GatewayClient } from './gateway-client.js';
import { GatewayRefusal } from './gateway-refusal.js';
import { SocketLost } from './gateway-socket.js';
import type { GatewaySocket } from './gateway-socket.js';
import { GatewayTrouble } from './gateway-trouble.js';
import type { TroubleOptions } from './gateway-trouble.js';
import type { DeviceState } from './state-file.js';
import { untilAborted } from './until-aborted.js';
import { nothing, signedIn } from './wire-contract.js';

export interface SessionOptions extends TroubleOptions {
  readonly client: GatewayClient;
  readonly state: Pick<DeviceState, 'deviceId' | 'deviceSecret'>;
}

/**
 * The signed-in device: every call carries a living token and is repeated until the gateway has given an
 * answer that another try would not change. Nothing but `device_retired` ends it; no 5xx, no lost network and
 * no 401 makes it forget its secret. Calls go over the socket while there is one, by HTTP otherwise.
 */
export class GatewaySession {
  readonly #options: SessionOptions;
  readonly #trouble: GatewayTrouble;
  #socket: GatewaySocket | null = null;
  #token: string | null = null;
  #signingIn: Promise<string> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#trouble = new GatewayTrouble(options);
  }

  /** From now on calls go over this socket; null: by HTTP. */
  speakOver(socket: GatewaySocket | null): void {
    this.#socket = socket;
  }

  /** Rejects with a GatewayRefusal (a definite no), an AgentFailure (retired) or the signal's reason. */
  async call<Answer>(call: DeviceCall<Answer>): Promise<Answer> {
    const waits = this.#trouble.waits();
    let byHttp = false;
    for (;;) {
      const attempt = (byHttp ? null : this.#overSocket(call)) ?? (await this.#overHttp(call));
      try {
        const answer = await attempt.answer;
        this.#trouble.recovered();
        if (attempt.isHttp && endsClaim(call)) this.#showOver(call);
        return answer;
      } catch (error) {
        call.signal.throwIfAborted();
        if (error instanceof SocketLost) {
          // By the other way at once, and only by it: what broke one socket might break the next one too.
          byHttp = true;
          continue;
        }
        if (error instanceof GatewayRefusal && endsToken(error)) this.forgetToken(attempt.token);
        const delayMs = this.#trouble.delayAfter(error, waits);
        if (delayMs === null) {
          if (attempt.isHttp) this.#showOver(call);
          throw error;
        }
        await pause(delayMs, call.signal);
      }
    }
  }

  /** A token that was good when it was last heard of. Rejects with an AgentFailure or the signal's reason. */
  async token(signal: AbortSignal): Promise<string> {
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

  /** The gateway does not take this token any more. A newer one stays. */
  forgetToken(token: string): void {
    if (this.#token === token) this.#token = null;
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

  /** Null when there is no socket that can carry it now. */
  #overSocket<Answer>(call: DeviceCall<Answer>): Attempt<Answer> | null {
    const socket = this.#socket;
    if (socket === null) return null;
    const { answer, timeoutMs, signal } = call;
    const asked = socket.ask({ message: messageOf(call), answer, timeoutMs, signal });
    return asked === null ? null : { answer: asked, token: socket.token, isHttp: false };
  }

  async #overHttp<Answer>(call: DeviceCall<Answer>): Promise<Attempt<Answer>> {
    const { answer, timeoutMs, signal } = call;
    const token = await this.token(signal);
    const request = { method: 'POST', ...requestOf(call), answer, signal } as const;
    return { answer: this.#options.client.send({ ...request, token, timeoutMs }), token, isHttp: true };
  }

  /**
   * What was pushed over a socket counts as in this device's hands until the gateway hears over that very socket that
   * the claim is over. After a result by HTTP a word about the claim, whose refusal nobody needs, makes room at once.
   */
  #showOver({ claim, signal }: DeviceCall<unknown>): void {
    if (claim === undefined) return;
    const message = messageOf({ type: 'progress', claim, body: () => ({}) });
    this.#socket?.ask({ message, answer: nothing, signal })?.catch(() => undefined);
  }

  async #signIn(signal: AbortSignal): Promise<string> {
    const { client, state, log } = this.#options;
    const body = { deviceId: state.deviceId, deviceSecret: state.deviceSecret };
    const waits = this.#trouble.waits();
    for (;;) {
      try {
        const answer = await client.send({ method: 'POST', path: '/auth', body, answer: signedIn, signal });
        this.#token = answer.token;
        this.#trouble.recovered();
        log.debug('signed in');
        return answer.token;
      } catch (error) {
        signal.throwIfAborted();
        const delayMs = this.#trouble.delayAfter(error, waits);
        // A refusal of the sign-in itself (a proxy's page, an unknown fault) is worth another, slow try.
        await pause(delayMs ?? waits.slow.next(), signal);
      }
    }
  }
}

/** One try of a call, and the token that it was made with. */
interface Attempt<Answer> {
  readonly answer: Promise<Answer>;
  readonly token: string;
  readonly isHttp: boolean;
}

function endsClaim({ type }: DeviceCall<unknown>): boolean {
  return type === 'result' || type === 'release';
}

/** Whether the gateway's no means that the token is worth nothing any more. */
export function endsToken(refusal: GatewayRefusal): boolean {
  return refusal.status === 401 || refusal.code === 'device_suspended';
}
