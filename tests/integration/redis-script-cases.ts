import type { Redis } from 'ioredis';
import type { ScriptName } from '../../src/infrastructure/redis/lua-scripts.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';

export interface ScriptCase {
  readonly keys: readonly string[];
  /** With the store's own clock. */
  readonly args: readonly string[];
  /** Which of the arguments are whole numbers. */
  readonly numbers: readonly number[];
  /** The bound in the words of the header. */
  readonly stated: string;
  /** What that says of the one key with the most elements. */
  readonly mostElements: number;
  readonly mostCommands: number;
}

const names = new RedisKeys('fg');
const device = 'device-a';
const shard = names.shardOf(device);
const { ready, held, delayed, ranks, holders, attempts, due } = names.queue(device);
const queue = [ready, held, delayed, ranks, holders, attempts, due];
const rebuilding = [names.epoch(shard), names.rebuilds(shard)];
const served = (attempt: string): string => names.served(device, attempt);
const tokens = names.deviceTokens(device);
const budget = names.deviceBudget('calls', device);
const connection = names.connection(device);
const beats = [names.latestBeat(device), names.beats(device)];

/** Of a queue's script that moves one id: what takes it from where it stands, and what puts it elsewhere. */
const oneOfEach = { stated: 'one element of each', mostElements: 1, mostCommands: 15 };
const take = {
  keys: [ready, held, delayed, ranks, holders, attempts, served('new'), names.epoch(shard), due],
  stated: 'at most 512 ids whose hold is over, 512 whose delay is over, and 64 that it answers',
  mostElements: 512 + 512 + 64,
  mostCommands: 1_024 * 8 + 64 * 6 + 12,
};
const beat = [String(Date.now()), '{}', '15000', '3600000', '240', '2592000000', '7200000'];
const none = [] as const;

/** For each script one call, or several, on the store that `fillStore` fills: the ones that do the most. */
export const scriptCases: Readonly<Record<ScriptName, readonly ScriptCase[]>> = {
  'admit-beat': [
    {
      keys: [tokens, budget, ready, held, delayed, ranks, names.epoch(shard), ...beats],
      args: ['', 'hash', '600', '60000', ...beat],
      numbers: [0, 2, 3, 4, 6, 7, 8, 9, 10],
      ...bound('the samples that are too old, and three more elements', 242, 25),
    },
  ],
  'admit-device': [
    {
      keys: [tokens, budget, ready, held, delayed, ranks, names.epoch(shard)],
      args: ['', 'hash', '600', '60000'],
      numbers: [0, 2, 3],
      ...bound('7 keys and two elements', 2, 15),
    },
  ],
  'begin-epoch': [
    {
      keys: rebuilding,
      args: ['epoch', 'mark'],
      numbers: none,
      ...bound('an element for each gateway', 2, 4),
    },
  ],
  'begin-rebuild': [
    { keys: rebuilding, args: ['mark', '60000'], numbers: [1], ...bound('2 keys and one element', 1, 4) },
  ],
  'close-connection': ['another', 'counting'].map((id) => ({
    keys: [connection],
    args: [id],
    numbers: none,
    ...bound('none of its elements', 0, 2),
  })),
  'drop-command': ['waiting-5', 'lapsed-5', 'due-5', 'nobody'].map((id) => ({
    keys: queue,
    args: [device, id],
    numbers: none,
    ...oneOfEach,
  })),
  'hold-command': ['waiting-6', 'lapsed-6', 'due-6', 'new-6'].map((id) => ({
    keys: [...queue, served('another')],
    args: ['', device, id, '7', 'another', '60000', '60000'],
    numbers: [0, 3, 5, 6],
    ...oneOfEach,
  })),
  'keep-beat': [
    {
      keys: beats,
      args: beat,
      numbers: [0, 2, 3, 4, 5, 6],
      ...bound('the samples that are too old, and one more', 240, 9),
    },
  ],
  'keep-connection': ['another', 'counting'].map((id) => ({
    keys: [connection],
    args: [id, '90000'],
    numbers: [1],
    ...bound('none of its elements', 0, 2),
  })),
  'measure-queue': [
    { keys: [ready, held, delayed], args: [''], numbers: [0], ...bound('none of their elements', 0, 5) },
  ],
  'offer-command': [
    ['waiting-7', '0', ''],
    ['lapsed-7', '500', '60000'],
    ['due-7', '0', '60000'],
    ['new-7', '500', ''],
  ].map(([id = '', delay = '', dueIn = '']) => ({
    keys: queue,
    args: ['', device, id, '7', delay, dueIn],
    numbers: dueIn === '' ? [0, 3, 4] : [0, 3, 4, 5],
    ...oneOfEach,
  })),
  'put-token': [
    {
      keys: [tokens],
      args: ['', 'new', 'customer-a', '1', '60000', '3600000', '64'],
      numbers: [0, 3, 4, 5, 6],
      ...bound('at most 65 elements', 65, 70),
    },
  ],
  'revoke-tokens': [{ keys: [tokens], args: [''], numbers: [0], ...bound('at most 65 elements', 65, 4) }],
  'take-commands': ['new', 'again', 'old'].map((attempt) => ({
    ...take,
    args: ['', '1000', '60000', attempt, device, '5000', ''],
    numbers: [0, 1, 2, 5],
  })),
  'take-due': [
    {
      keys: [due],
      args: ['', '1000', '60000'],
      numbers: [0, 1, 2],
      ...bound('at most 500 elements', 500, 1_002),
    },
  ],
  'watch-command': ['waiting-8', 'lapsed-8', 'due-8', 'new-8'].map((id) => ({
    keys: queue,
    args: ['', device, id, '60000'],
    numbers: [0, 3],
    ...oneOfEach,
  })),
};

function bound(stated: string, mostElements: number, mostCommands: number) {
  return { stated, mostElements, mostCommands };
}

/**
 * A store in which `size` ids of one device wait, as many are in a hold that is over, in one that lasts, behind a
 * delay that is over, behind one that lasts, and due. The rest has its own bounds: a device has few tokens, an
 * hour has few beats, a service has few gateways.
 */
export async function fillStore(admin: Redis, size: number): Promise<void> {
  const later = Date.now() + 86_400_000;
  const ids = (kind: string, count = size) => Array.from({ length: count }, (_, n) => `${kind}-${String(n)}`);
  const zset = async (key: string, members: readonly string[], score: (n: number) => number) => {
    for (let from = 0; from < members.length; from += 1_000) {
      const pairs = members.slice(from, from + 1_000).flatMap((member, n) => [score(from + n), member]);
      await admin.zadd(key, ...pairs);
    }
  };
  const hash = async (key: string, fields: readonly string[], value: (n: number) => string) => {
    for (let from = 0; from < fields.length; from += 1_000) {
      const pairs = fields.slice(from, from + 1_000).flatMap((field, n) => [field, value(from + n)]);
      await admin.hset(key, ...pairs);
    }
  };
  const repeated = ids('again', Math.min(size, 100));
  const holds = [...ids('lapsed'), ...ids('held'), ...repeated];
  const holderOf = (id: string) =>
    id.startsWith('again') ? 'again' : id.startsWith('held') ? 'other' : 'old';

  await zset(ready, ids('waiting'), (n) => n);
  await zset(held, ids('lapsed'), (n) => n + 1);
  await zset(held, [...ids('held'), ...repeated], () => later);
  await hash(holders, holds, (n) => holderOf(holds[n] ?? ''));
  await zset(
    attempts,
    holds.map((id) => `${holderOf(id)}|${id}`),
    () => 0,
  );
  await zset(delayed, ids('due'), (n) => n + 1);
  await zset(delayed, ids('later'), () => later);
  const all = [...ids('waiting'), ...holds, ...ids('due'), ...ids('later')];
  await hash(ranks, all, String);
  await zset(due, all.map((id) => `${device}|${id}`).slice(0, size), (n) => n + 1);

  await admin.set(names.epoch(shard), 'epoch');
  await admin.sadd(names.rebuilds(shard), 'mark', 'another mark');
  await hash(tokens, ids('ended', Math.min(size, 63)), () => 'customer-a|1|60000|1|1');
  await admin.hset(tokens, 'hash', `customer-a|1|60000|${String(later)}|${String(later)}`);
  await admin.pexpire(tokens, 86_400_000);
  await admin.set(budget, '1', 'PX', 60_000);
  await admin.set(connection, 'counting', 'PX', 90_000);
  await zset(beats[1] ?? '', ids('beat', Math.min(size, 240)), (n) => n + 1);
}

/** Every key with its content and its end. */
export async function dumpStore(admin: Redis): Promise<ReadonlyMap<string, string>> {
  const found = (await admin.keys('*')).sort();
  const entries = found.map(async (key): Promise<[string, string]> => {
    const [content, end] = await Promise.all([admin.dumpBuffer(key), admin.pexpiretime(key)]);
    return [key, `${content?.toString('base64') ?? ''} until ${String(end)}`];
  });
  return new Map(await Promise.all(entries));
}
