import type { z } from 'zod';
import { usualAnswerMs } from './device-call.js';
import { errorMessage, errorName } from './error-words.js';
import { GatewayUnreachable, parseJson, refusalOf } from './gateway-refusal.js';

export interface GatewayRequest<Answer> {
  readonly method: 'POST' | 'DELETE';
  /** Below `/api/v1/device`, with a leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

type Exchange<Answer> = Omit<GatewayRequest<Answer>, 'method' | 'path'> & {
  readonly method: 'GET' | 'POST' | 'DELETE';
};

/** One HTTP call at a time to the device API: no retries, no state, typed answers. */
export class GatewayClient {
  readonly #root: string;

  constructor(url: URL) {
    this.#root = url.href.replace(/\/+$/, '');
  }

  /** The public document about grant keys, as `answer` reads it. It needs no token. Rejects as `send` does. */
  publishedKeys<Answer>(answer: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer> {
    return this.#exchange('/.well-known/fieldgate-keys.json', { method: 'GET', answer, signal });
  }

  /**
   * Rejects with GatewayRefusal, GatewayUnreachable, or the signal's reason when the caller gave up.
   * Redirects are not followed: the token belongs to the configured gateway alone.
   */
  send<Answer>(request: GatewayRequest<Answer>): Promise<Answer> {
    return this.#exchange(`/api/v1/device${request.path}`, request);
  }

  async #exchange<Answer>(path: string, request: Exchange<Answer>): Promise<Answer> {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? usualAnswerMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#root}${path}`, {
        method: request.method,
        headers: headersOf(request),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        redirect: 'error',
        signal: AbortSignal.any([request.signal, timeout]),
      });
      text = await response.text();
    } catch (error) {
      request.signal.throwIfAborted();
      throw new GatewayUnreachable(reasonOf(error), error);
    }
    if (!response.ok) {
      const { status, statusText, headers } = response;
      throw refusalOf(status, statusText, headers.get('retry-after'), text);
    }
    const answer = request.answer.safeParse(parseJson(text));
    if (!answer.success) throw new GatewayUnreachable('The answer does not follow the contract.');
    return answer.data;
  }
}

function headersOf(request: Exchange<unknown>): Record<string, string> {
  return {
    accept: 'application/json',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
  };
}

function reasonOf(error: unknown): string {
  return errorName(error) === 'TimeoutError' ? 'no answer in time' : errorMessage(error);
}
