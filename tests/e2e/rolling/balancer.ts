import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

const checkEveryMs = 100;

export interface Balancer {
  /** Where clients connect: to whichever instance is ready. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * What stands in front of several instances: it asks each whether it is ready, and gives a new connection to one that
 * is. A connection stays where it is, whatever its instance says later.
 */
export async function startBalancer(instances: readonly string[]): Promise<Balancer> {
  const ready = new Set<string>();
  const check = async (): Promise<void> => {
    await Promise.all(
      instances.map(async (instance) => {
        const isReady = await fetch(`${instance}/readyz`).then(
          async (answer) => (await answer.text(), answer.ok),
          () => false,
        );
        if (isReady) ready.add(instance);
        else ready.delete(instance);
      }),
    );
  };
  await check();
  const timer = setInterval(() => void check(), checkEveryMs);
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const choice = [...ready];
    const chosen = choice[(turn += 1) % Math.max(1, choice.length)];
    if (chosen === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(chosen);
    const upstream = connect(Number(port), hostname);
    for (const [here, there] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(here);
      here.on('error', () => there.destroy());
      here.on('close', () => {
        open.delete(here);
        there.destroy();
      });
      here.pipe(there);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async close() {
      clearInterval(timer);
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
