import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisNode } from '../../src/infrastructure/redis/redis-config.js';

export interface RedisCluster {
  readonly nodes: readonly RedisNode[];
  remove(): Promise<void>;
}

const slotCount = 16_384;

/** Three primaries without replicas, each with a third of the slots. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const members = await Promise.all(
    [0, 1, 2].map(async () => {
      const busPort = await freePort();
      const args = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
      const server = await startRedisServer({ args });
      return { server, busPort, admin: new Redis(server.url) };
    }),
  );
  const share = Math.ceil(slotCount / members.length);
  for (const [n, { admin }] of members.entries()) {
    const last = Math.min(slotCount, (n + 1) * share) - 1;
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', String(n * share), String(last));
    for (const { server, busPort } of members) {
      await admin.call('CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(busPort));
    }
  }
  for (const { admin } of members) {
    await eventually(async () => String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'), {
      withinMs: 20_000,
    });
    admin.disconnect();
  }
  return {
    nodes: members.map(({ server }) => ({ host: '127.0.0.1', port: server.port })),
    remove: async () => {
      await Promise.all(members.map(({ server }) => server.remove()));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
