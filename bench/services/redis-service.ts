import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import { freePort } from './free-port.js';

export interface RedisService {
  readonly url: string;
  /** What it is and how it writes, for the reader of the table. */
  readonly facts: string;
}

/**
 * A private redis-server with an append-only file that is written every second, shared by all who are compared.
 * Where there is no such program, the one of REDIS_URL or at the standard port.
 */
export async function openRedis(
  lifecycle: Lifecycle,
  { prefix, appendOnly }: { readonly prefix: string; readonly appendOnly: 'yes' | 'no' },
): Promise<RedisService> {
  const url = (await startPrivate(lifecycle, appendOnly)) ?? shared(lifecycle, prefix);
  const redis = new Redis(url);
  try {
    const info = await redis.info();
    const fact = (name: string): string => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '?';
    const facts = `Redis ${fact('redis_version')}, aof_enabled ${fact('aof_enabled')}`;
    return { url, facts };
  } finally {
    redis.disconnect();
  }
}

/** Somebody else's: what was made there is deleted at the end. */
function shared(lifecycle: Lifecycle, prefix: string): string {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  lifecycle.opened('keys', async () => {
    const redis = new Redis(url);
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      const found = keys as readonly string[];
      if (found.length > 0) await redis.unlink(...found);
    }
    redis.disconnect();
  });
  return url;
}

async function startPrivate(lifecycle: Lifecycle, appendOnly: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-bench-redis-'));
  const port = await freePort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const saving = ['--save', '', '--appendonly', appendOnly, '--appendfsync', 'everysec'];
  const server = spawn('redis-server', [...place, ...saving], { stdio: 'ignore' });
  const gone = once(server, 'exit').catch(() => undefined);
  lifecycle.opened('redis-server', async () => {
    if (server.pid !== undefined && server.kill('SIGKILL')) await gone;
    await rm(folder, { recursive: true, force: true });
  });
  const missing = await Promise.race([once(server, 'error'), once(server, 'spawn').then(() => null)]);
  if (missing !== null) return null;
  const url = `redis://127.0.0.1:${String(port)}`;
  await untilItAnswers(url);
  return url;
}

async function untilItAnswers(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const patience = setTimeout(10_000, 'late', { ref: false });
  const first = await Promise.race([redis.ping(), patience]);
  redis.disconnect();
  if (first === 'late') throw new Error('redis-server does not answer');
}
