import { hash, randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import { deviceOfToken } from '../../src/domain/device/device-token.js';
import { readLuaScripts } from '../../src/infrastructure/redis/lua-scripts.js';
import type { ScriptName } from '../../src/infrastructure/redis/lua-scripts.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';

const points = 1_000_000;
const windowMs = 60_000;
const same = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'ratelimit-policy': `"device";q=${String(points)};w=${String(windowMs / 1_000)}`,
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

export interface Guest {
  readonly device: string;
  readonly waiting: number;
  /** Of an answer to it. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Lets in whoever holds a device token, by the gateway's own scripts. */
export class LeastDoor {
  readonly keys: RedisKeys;
  readonly #redis: Redis;
  readonly #scripts = readLuaScripts();

  static async open(redis: Redis, prefix: string | undefined): Promise<LeastDoor> {
    const door = new LeastDoor(redis, prefix);
    for (const { source } of Object.values(door.#scripts)) await redis.script('LOAD', source);
    return door;
  }

  constructor(redis: Redis, prefix: string | undefined) {
    this.#redis = redis;
    this.keys = new RedisKeys(prefix);
  }

  run(name: ScriptName, keys: readonly string[], values: readonly string[]): Promise<readonly string[]> {
    const { sha, keyCount } = this.#scripts[name];
    return this.#redis.evalsha(sha, keyCount, ...keys, ...values) as Promise<readonly string[]>;
  }

  async admit(token: string): Promise<Guest> {
    return this.#admit('admit-device', token, () => [], []);
  }

  async admitBeat(token: string, beat: readonly string[]): Promise<Guest> {
    const kept = (device: string): readonly string[] => [
      this.keys.latestBeat(device),
      this.keys.beats(device),
    ];
    return this.#admit('admit-beat', token, kept, beat);
  }

  /** Signs a device in. */
  async put(token: string): Promise<void> {
    const device = deviceOfToken(token) ?? '';
    const day = '86400000';
    const values = ['', hash('sha256', token, 'hex'), 'customer', '1', day, day, '64'];
    await this.run('put-token', [this.keys.deviceTokens(device)], values);
  }

  async #admit(
    name: ScriptName,
    token: string,
    more: (device: string) => readonly string[],
    values: readonly string[],
  ): Promise<Guest> {
    const device = deviceOfToken(token);
    if (device === null) throw new Error('a stranger');
    const { ready, held, delayed, ranks, epoch } = this.keys.queue(device);
    const own = [this.keys.deviceTokens(device), this.keys.deviceBudget('device', device)];
    const keys = [...own, ready, held, delayed, ranks, epoch, ...more(device)];
    const shown = ['', hash('sha256', token, 'hex'), String(points), String(windowMs)];
    const [kind, figures = ''] = await this.run(name, keys, [...shown, ...values]);
    if (kind !== 'admitted') throw new Error('a stranger');
    const [, , taken, resetMs, waiting] = figures.split('|');
    const left = `"device";r=${String(points - Number(taken))}`;
    const ratelimit = `${left};t=${String(Math.ceil(Number(resetMs) / 1_000))}`;
    const headers = { ...same, ratelimit, 'x-request-id': randomUUID() };
    return { device, waiting: Number(waiting), headers };
  }
}

export const tokenOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string =>
  headers.authorization?.slice('Bearer '.length) ?? '';
