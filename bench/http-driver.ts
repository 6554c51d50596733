import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Requests over a fixed number of connections that stay open. */
export class HttpDriver {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, connections: number) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send(method: string, path: string, token: string | null, body?: object): Promise<Answer> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#url.hostname,
          port: this.#url.port,
          method,
          path,
          headers: {
            ...(token !== null && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: answer.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) });
          });
          answer.once('error', reject);
        },
      );
      sent.once('error', reject);
      sent.end(payload);
    });
  }

  /** As `send`, and throws unless the answer is a success. */
  async call<Body>(method: string, path: string, token: string | null, body?: object): Promise<Body> {
    const answer = await this.send(method, path, token, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    }
    return answer.body as Body;
  }

  close(): void {
    this.#agent.destroy();
  }
}
