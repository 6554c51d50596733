import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PostgresProxy {
  /** The same database, by way of the proxy. */
  readonly url: string;
  /** Nothing gets through any more, and nobody is told: as if the server had stopped dead. */
  freeze(): void;
  /** Statements still arrive, their answers do not. */
  loseAnswers(): void;
  /** New connections are let in one after the other, and each takes so long, also when nobody waits for it any more. */
  letInEach(ms: number): void;
  /** New connections work again; the old ones stay as they are. */
  thaw(): void;
  /** Closes the door and everything that went through it. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** A way to the database that can be spoiled. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'through' | 'frozen' | 'answers_lost' = 'through';
  let letInMs = 0;
  let turn = Promise.resolve();

  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (letInMs === 0) {
      letIn(client);
      return;
    }
    client.pause();
    turn = turn.then(async () => {
      await sleep(letInMs);
      if (!client.destroyed) letIn(client);
    });
  });
  const letIn = (client: Socket): void => {
    const upstream = connect(Number(target.port === '' ? 5432 : target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.on('data', (chunk) => {
      if (state !== 'frozen') upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (state === 'through') client.write(chunk);
    });
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
    client.resume();
  };
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    freeze: () => {
      state = 'frozen';
    },
    loseAnswers: () => {
      state = 'answers_lost';
    },
    letInEach: (ms) => {
      letInMs = ms;
    },
    thaw: () => {
      state = 'through';
    },
    async shut() {
      const closed = once(server, 'close');
      server.close();
      for (const [client] of pairs) client.destroy();
      await closed;
    },
    async open() {
      await listen(port);
    },
  };
}
