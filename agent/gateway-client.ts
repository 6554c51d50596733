import { z } from 'zod';
import { errorMessage, errorName } from './error-words.js';

export interface GatewayRequest<Answer> {
  readonly method: 'POST' | 'DELETE';
  /** Below `/api/v1/device`, with a leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

type Exchange<Answer> = Omit<GatewayRequest<Answer>, 'method' | 'path'> & {
  readonly method: 'GET' | 'POST' | 'DELETE';
};

/** The gateway understood and said no; `code` is its stable name, empty when a proxy spoke in its place. */
export class GatewayRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, code: string, detail: string, retryAfterMs: number | null) {
    super(detail);
    this.name = 'GatewayRefusal';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nobody knows whether the request was carried out: no answer, half an answer, or one that makes no sense. */
export class GatewayUnreachable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'GatewayUnreachable';
  }
}

const usualTimeoutMs = 15_000;
const problem = z.object({
  code: z.string().catch(''),
  detail: z.string().optional(),
  title: z.string().optional(),
});

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
    const timeout = AbortSignal.timeout(request.timeoutMs ?? usualTimeoutMs);
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
    if (!response.ok) throw refusalOf(response, text);
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

function refusalOf(response: Response, text: string): GatewayRefusal {
  const parsed = problem.safeParse(parseJson(text));
  const code = parsed.success ? parsed.data.code : '';
  const detail =
    (parsed.success ? (parsed.data.detail ?? parsed.data.title) : undefined) ?? response.statusText;
  return new GatewayRefusal(response.status, code, detail, retryAfterOf(response.headers.get('retry-after')));
}

function retryAfterOf(header: string | null): number | null {
  if (header === null) return null;
  // The date form would need a clock that agrees with the server's; back-off alone serves then.
  return /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return errorName(error) === 'TimeoutError' ? 'no answer in time' : errorMessage(error);
}
