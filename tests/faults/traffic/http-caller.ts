import { Agent, request } from 'node:http';
import type { Outcome } from '../history/history-event.js';

export interface HttpAnswer {
  readonly type: Outcome;
  readonly status: number;
  readonly code: string | null;
  readonly body: unknown;
}

export interface HttpRequest {
  readonly port: number;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly timeoutMs?: number;
}

/** Answers after which nobody knows: the gateway says so itself of its 503. */
const firstUnknownStatus = 500;

/** Requests over few connections that stay open. Never repeats anything by itself. */
export class HttpCaller {
  readonly #agent: Agent;

  constructor(connectionsPerGateway: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connectionsPerGateway, scheduling: 'fifo' });
  }

  send({ port, method, path, headers, body, timeoutMs = 8_000 }: HttpRequest): Promise<HttpAnswer> {
    const payload = body === undefined ? null : JSON.stringify(body);
    return new Promise((resolve) => {
      const sent = request(
        {
          agent: this.#agent,
          host: '127.0.0.1',
          port,
          method,
          path,
          headers: {
            ...headers,
            ...(payload !== null && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('end', () => {
            clearTimeout(timer);
            resolve(answerOf(answer.statusCode ?? 0, Buffer.concat(chunks).toString()));
          });
          answer.once('error', (error) => {
            failed(error);
          });
        },
      );
      const timer = setTimeout(() => {
        sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      }, timeoutMs);
      const failed = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        // A refused connection is the one error that says for certain that nothing was sent.
        const unsent = error.code === 'ECONNREFUSED' && error.syscall === 'connect';
        resolve({ type: unsent ? 'fail' : 'info', status: 0, code: error.code ?? error.message, body: null });
      };
      sent.once('error', failed);
      sent.end(payload ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function answerOf(status: number, text: string): HttpAnswer {
  const body: unknown = text === '' ? null : JSON.parse(text);
  if (status >= 200 && status < 300) return { type: 'ok', status, code: null, body };
  const code = (body as { readonly code?: string } | null)?.code ?? String(status);
  return { type: status >= firstUnknownStatus ? 'info' : 'fail', status, code, body };
}
