import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** The request lines that passed, without the protocol: `POST /api/v1/device/auth`. */
  readonly requests: string[];
  /** Whether upgrades pass; refused ones are answered with 503. */
  passesSockets: boolean;
  /** Where new connections lead to. */
  target: string;
  /** As when the plug is pulled: nothing passes any more, or no answers do, and nothing is closed either. */
  pull(what?: 'everything' | 'answers'): void;
  /** What was held back goes on. */
  plugIn(): void;
  /** Breaks every connection, in the middle of whatever is on its way. */
  cut(): void;
  close(): Promise<void>;
}

const requestLine = /^(?:GET|POST|DELETE) \S+(?= HTTP\/1\.1\r\n)/gm;

/** The network between a device or a browser and its gateways: it passes bytes on, and breaks when told to. */
export async function openCuttingProxy(gatewayUrl: string): Promise<CuttingProxy> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const held = new Set<Socket>();
  let pulled: 'nothing' | 'everything' | 'answers' = 'nothing';
  const hold = (near: Socket, far: Socket): void => {
    for (const socket of pulled === 'answers' ? [far] : [near, far]) {
      socket.pause();
      held.add(socket);
    }
  };
  const pairs = new Map<Socket, Socket>();
  const proxy = { requests, passesSockets: true, target: gatewayUrl };
  const serve = (near: Socket): void => {
    const { hostname, port } = new URL(proxy.target);
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
    near.on('data', (chunk) => {
      const lines = chunk.toString('latin1').match(requestLine) ?? [];
      requests.push(...lines);
      if (!proxy.passesSockets && lines.some((line) => line.includes('/ws/device'))) {
        near.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        return;
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
    pairs.set(near, far);
    near.on('close', () => pairs.delete(near));
    if (pulled !== 'nothing') hold(near, far);
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    cut,
    pull: (what: 'everything' | 'answers' = 'everything') => {
      pulled = what;
      for (const [near, far] of pairs) hold(near, far);
    },
    plugIn: () => {
      pulled = 'nothing';
      for (const socket of held) socket.resume();
      held.clear();
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  });
}
