import { createHash } from 'node:crypto';
import { openDriver } from '../../src/infrastructure/redis/redis-driver.js';
import type { Bench } from '../bench.js';

export type Script = (...keysAndArgs: readonly string[]) => Promise<unknown>;

/** Scripts over a connection of their own, with the settings that ours has. */
export async function openScripts<Name extends string>(
  { redisUrl, lifecycle }: Bench,
  what: string,
  sources: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, Script>>> {
  const redis = openDriver({ url: redisUrl }, 'bench');
  await new Promise((resolve) => redis.once('ready', resolve));
  lifecycle.opened(what, () => redis.disconnect());
  const scripts = Object.entries<string>(sources).map(async ([name, source]) => {
    await redis.call('SCRIPT', 'LOAD', source);
    const sha = createHash('sha1').update(source).digest('hex');
    const script: Script = (...rest) => redis.call('EVALSHA', sha, ...rest);
    return [name, script] as const;
  });
  return Object.fromEntries(await Promise.all(scripts)) as Record<Name, Script>;
}
