import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.js';

export interface CommandWatch {
  /** The commands that scripts sent to the server while `work` lasted. */
  scriptCommands(work: () => Promise<unknown>): Promise<readonly (readonly string[])[]>;
  end(): void;
}

/** Sees every command that the server executes. */
export async function watchCommands(url: string): Promise<CommandWatch> {
  const admin = new Redis(url);
  const monitor = await admin.monitor();
  let seen: (readonly string[])[] = [];
  let markers = new Set<string>();
  monitor.on('monitor', (_time: string, [name = '', ...rest]: string[], source: string) => {
    if (source === 'lua') seen.push([name.toUpperCase(), ...rest]);
    if (name.toLowerCase() === 'echo') markers.add(rest[0] ?? '');
  });
  const settle = async (): Promise<void> => {
    const marker = randomUUID();
    await admin.echo(marker);
    await eventually(() => markers.has(marker), { everyMs: 1 });
    markers = new Set();
  };
  return {
    scriptCommands: async (work) => {
      await settle();
      seen = [];
      await work();
      await settle();
      return seen;
    },
    end: () => {
      monitor.disconnect();
      admin.disconnect();
    },
  };
}

export interface Touched {
  readonly commands: number;
  readonly clocks: number;
  /** How many of the given keys. */
  readonly keys: number;
  readonly otherKeys: readonly string[];
  /** Of the key of which it touched the most. */
  readonly elements: number;
}

/** What a script touched: named one by one, asked for as a range, or gone and come. */
export async function touchedBy(
  watch: CommandWatch,
  admin: Redis,
  keys: readonly string[],
  work: () => Promise<unknown>,
): Promise<Touched> {
  const sizesBefore = await Promise.all(keys.map((key) => sizeOf(admin, key)));
  const commands = await watch.scriptCommands(work);
  const sizesAfter = await Promise.all(keys.map((key) => sizeOf(admin, key)));
  const used = new Set(commands.filter(([name]) => name !== 'TIME').map(([, key = '']) => key));
  const elements = keys.map((key, n) => {
    const ofKey = commands.filter(([, first]) => first === key);
    const named = new Set(ofKey.flatMap(membersOf).map(idOf)).size;
    const ranged = ofKey.reduce((sum, command) => sum + rangeOf(command), 0);
    const difference = Math.abs((sizesAfter[n] ?? 0) - (sizesBefore[n] ?? 0));
    return Math.max(named, ranged, difference);
  });
  return {
    commands: commands.length,
    clocks: commands.filter(([name]) => name === 'TIME').length,
    keys: keys.filter((key) => used.has(key)).length,
    otherKeys: [...used].filter((key) => !keys.includes(key)),
    elements: Math.max(0, ...elements),
  };
}

async function sizeOf(admin: Redis, key: string): Promise<number> {
  const type = await admin.type(key);
  if (type === 'zset') return admin.zcard(key);
  if (type === 'hash') return admin.hlen(key);
  return type === 'set' ? admin.scard(key) : 0;
}

const everySecond = (values: readonly string[], from: number): readonly string[] =>
  values.filter((_, n) => n % 2 === from);

function membersOf([name = '', , ...rest]: readonly string[]): readonly string[] {
  if (['ZREM', 'ZSCORE', 'HGET', 'HMGET', 'HDEL', 'HEXISTS', 'SADD', 'SREM', 'SISMEMBER'].includes(name))
    return rest;
  if (name === 'HSET') return everySecond(rest, 0);
  if (name === 'ZADD') return everySecond(rest, 1);
  return [];
}

/** An id is one thing, under whichever attempt or device it is noted. */
const idOf = (member: string): string => member.slice(member.lastIndexOf('|') + 1);

/** How many elements a command may reach that names none of them. */
function rangeOf(command: readonly string[]): number {
  const [name = '', , from = '0', to = '0'] = command;
  const limit = command.indexOf('LIMIT');
  if (limit > 0) return Number(command[limit + 2]);
  return name === 'ZRANGE' ? Number(to) - Number(from) + 1 : 0;
}
