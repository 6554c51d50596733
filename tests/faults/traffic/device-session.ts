import { setTimeout as sleep } from 'node:timers/promises';
import type { Registered } from './deployment.js';
import type { Asker, Made } from './field.js';
import { backOffMs } from './field.js';
import type { HttpRequest } from './http-caller.js';

/** Longer than any fault lasts. */
const patienceMs = 120_000;

export interface Token {
  readonly session: string;
  readonly value: string;
}

/** A device's way in: signs in when it has to, and repeats what nobody knows the outcome of. */
export class DeviceSession {
  readonly device: Registered;
  #token: Token | null = null;
  #signingIn: Promise<Token> | null = null;
  #sessions = 0;

  constructor(device: Registered) {
    this.device = device;
  }

  async token(asker: Asker): Promise<Token> {
    if (this.#token !== null) return this.#token;
    this.#signingIn ??= this.#signIn(asker).finally(() => {
      this.#signingIn = null;
    });
    return this.#signingIn;
  }

  /**
   * Asks until the outcome is known; every try is told to `note`. After a 401 it signs in anew. What is refused is
   * not repeated.
   */
  async ask(
    asker: Asker,
    what: Omit<HttpRequest, 'port' | 'headers'>,
    note: (made: Made, session: string) => void,
  ): Promise<Made> {
    const deadline = performance.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      const token = await this.token(asker);
      const made = await asker.ask({ ...what, headers: { authorization: `Bearer ${token.value}` } });
      note(made, token.session);
      const { status } = made.answer;
      if (status === 401 && this.#token === token) this.#token = null;
      const isOver = made.call.type !== 'info' && status !== 401 && status !== 0 && status !== 429;
      if (isOver || performance.now() > deadline) return made;
      await sleep(backOffMs(tries));
    }
  }

  async #signIn(asker: Asker): Promise<Token> {
    const { id, secret } = this.device;
    for (let tries = 0; ; tries += 1) {
      this.#sessions += 1;
      const session = `${id}#${String(this.#sessions)}`;
      const body = { deviceId: id, deviceSecret: secret };
      const { call, answer } = await asker.ask({
        method: 'POST',
        path: '/api/v1/device/auth',
        headers: {},
        body,
      });
      asker.record({ ...call, f: 'signIn', device: id, session });
      if (answer.type === 'ok') {
        const { token: value } = answer.body as { readonly token: string };
        this.#token = { session, value };
        return this.#token;
      }
      await sleep(backOffMs(tries));
    }
  }
}
