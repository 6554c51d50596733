import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export type Alter = (path: string, answer: string) => string;

export interface AlteringProxy {
  readonly url: string;
  /** What becomes of answers from now on. */
  alter: Alter;
  close(): Promise<void>;
}

/** Somebody between a device and its gateway who reads everything and changes what comes back. */
export async function openAlteringProxy(gatewayUrl: string): Promise<AlteringProxy> {
  const proxy = { alter: (_path: string, answer: string): string => answer };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '/';
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const { authorization, 'content-type': contentType } = request.headers;
    const answer = await fetch(`${gatewayUrl}${path}`, {
      method: request.method ?? 'GET',
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      signal: gone.signal,
    });
    const text = await answer.text();
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
    });
    response.end(answer.status === 204 ? undefined : proxy.alter(path, text));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
