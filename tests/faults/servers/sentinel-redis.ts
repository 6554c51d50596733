import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { RedisNode } from './redis-node.js';
import { TcpProxy } from './tcp-proxy.js';

const group = 'fieldgate';
const sentinelCount = 3;

interface Member {
  readonly node: RedisNode;
  /** How sentinels and the other node reach it. */
  readonly inside: TcpProxy;
  /** How gateways reach it. */
  readonly outside: TcpProxy;
}

/**
 * One primary, one replica, three sentinels. Gateways reach a node by another way than its fellows do, so that a
 * primary can be cut off from those and go on answering these: then its writes are acknowledged, and lost.
 */
export class SentinelRedis {
  readonly #members: readonly [Member, Member];
  readonly #sentinels: readonly RedisNode[];
  readonly #doors: readonly TcpProxy[];

  static async start(folder: string, runFolder: string): Promise<SentinelRedis> {
    const first = await openMember('first', folder, runFolder, null);
    const second = await openMember('second', folder, runFolder, first.inside.port);
    const sentinels: RedisNode[] = [];
    const doors: TcpProxy[] = [];
    for (let number = 1; number <= sentinelCount; number += 1) {
      const [node, door] = await openSentinel(`sentinel-${String(number)}`, folder, runFolder, [
        first,
        second,
      ]);
      sentinels.push(node);
      doors.push(door);
    }
    const redis = new SentinelRedis([first, second], sentinels, doors);
    await redis.#settled();
    return redis;
  }

  constructor(
    members: readonly [Member, Member],
    sentinels: readonly RedisNode[],
    doors: readonly TcpProxy[],
  ) {
    this.#members = members;
    this.#sentinels = sentinels;
    this.#doors = doors;
  }

  get environment(): Readonly<Record<string, string>> {
    const doors = this.#doors.map(({ port }) => `127.0.0.1:${String(port)}`);
    return { REDIS_SENTINELS: doors.join(','), REDIS_SENTINEL_NAME: group };
  }

  get ways(): readonly TcpProxy[] {
    return this.#members.map(({ outside }) => outside);
  }

  async primary(): Promise<RedisNode> {
    return (await this.#primaryMember()).node;
  }

  /** Nothing passes between the primary and its fellows until `heal`; gateways still reach it. */
  async cutOffPrimary(): Promise<{ readonly old: RedisNode; heal: () => Promise<void> }> {
    const member = await this.#primaryMember();
    member.inside.swallows = true;
    return {
      old: member.node,
      heal: async () => {
        member.inside.swallows = false;
        await this.#settled();
      },
    };
  }

  /** Resolves with the primary that the sentinels have chosen instead of `old`. */
  async failover(old: RedisNode, withinMs = 90_000): Promise<RedisNode> {
    return within(withinMs, async () => {
      const now = await this.primary();
      return now === old ? null : now;
    });
  }

  /** Resolves when the primary has a replica that is in step. */
  settled(): Promise<void> {
    return this.#settled();
  }

  async stop(): Promise<void> {
    for (const sentinel of this.#sentinels) await sentinel.kill();
    for (const door of this.#doors) await door.close();
    for (const { node, inside, outside } of this.#members) {
      await node.kill();
      await inside.close();
      await outside.close();
    }
  }

  async #primaryMember(): Promise<Member> {
    const [sentinel] = this.#sentinels;
    if (sentinel === undefined) throw new Error('There is no sentinel.');
    const address = await sentinel.ask((redis) => redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', group));
    const port = Array.isArray(address) ? Number(address[1]) : 0;
    const found = this.#members.find(({ inside }) => inside.port === port);
    if (found === undefined) throw new Error(`No node has the port ${String(port)}.`);
    return found;
  }

  async #settled(): Promise<void> {
    await within(120_000, async () => {
      const { node } = await this.#primaryMember();
      const known = await this.#sentinels[0]?.ask((redis) => sentinelsKnown(redis));
      const info = await node.ask((redis) => redis.info('replication'));
      const whole = info.includes('role:master') && /slave0:.*state=online/.test(info);
      return whole && known === sentinelCount - 1 ? true : null;
    });
  }
}

async function sentinelsKnown(redis: Redis): Promise<number> {
  const others = await redis.call('SENTINEL', 'SENTINELS', group);
  return Array.isArray(others) ? others.length : 0;
}

async function openMember(
  name: string,
  folder: string,
  runFolder: string,
  primaryPort: number | null,
): Promise<Member> {
  const port = await freePort();
  const [inside, outside] = [await TcpProxy.open(port), await TcpProxy.open(port)];
  const node = await RedisNode.start({
    name: `redis-${name}`,
    folder: join(folder, name),
    runFolder,
    port,
    settings: [
      'replica-announce-ip 127.0.0.1',
      `replica-announce-port ${String(inside.port)}`,
      'repl-diskless-sync-delay 0',
      ...(primaryPort === null ? [] : [`replicaof 127.0.0.1 ${String(primaryPort)}`]),
    ],
  });
  return { node, inside, outside };
}

/** What it says of the nodes' addresses is translated on the way to gateways: they go by the outside ways. */
async function openSentinel(
  name: string,
  folder: string,
  runFolder: string,
  members: readonly [Member, Member],
): Promise<[RedisNode, TcpProxy]> {
  const port = await freePort();
  const door = await TcpProxy.open(port, (reply) => {
    let text = reply.toString('latin1');
    for (const { inside, outside } of members) {
      text = text.replaceAll(`$5\r\n${String(inside.port)}\r\n`, `$5\r\n${String(outside.port)}\r\n`);
    }
    return Buffer.from(text, 'latin1');
  });
  const node = await RedisNode.start({
    name,
    folder: join(folder, name),
    runFolder,
    port,
    sentinel: true,
    settings: [
      'sentinel announce-ip 127.0.0.1',
      `sentinel announce-port ${String(door.port)}`,
      `sentinel monitor ${group} 127.0.0.1 ${String(members[0].inside.port)} 2`,
      `sentinel down-after-milliseconds ${group} 2000`,
      `sentinel failover-timeout ${group} 6000`,
    ],
  });
  return [node, door];
}

async function within<Answer>(ms: number, look: () => Promise<Answer | null>): Promise<Answer> {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = await look().catch(() => null);
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error('The sentinels did not come to rest in time.');
    await sleep(100);
  }
}
