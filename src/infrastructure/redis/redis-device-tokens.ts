import type { DeviceSession, DeviceTokens, TokenLifetime } from '../../application/ports/device-tokens.js';
import { scriptInstant } from './script-instant.js';
import type { InstantSource } from './script-instant.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

/** A device that signs in again and again keeps its newest tokens only. */
const mostPerDevice = 64;

/**
 * A token is a key of its own, found by its hash in one step; an index per device tells which there are. Key and
 * index may lie on different nodes, so that revoking all of them takes steps:
 *
 * - `put` lists the token in the index, writes it, and asks the index whether it may stay.
 * - `revokeAll` dooms what the index lists, deletes those tokens, and takes them off the index.
 *
 * A token listed before the doom is either written before the deletion, and deleted by it, or written after, and
 * then `put` finds it doomed or gone from the index and deletes it itself. Whoever dies in between leaves either
 * doomed entries, which the next `revokeAll` finds, or a token that nobody was ever given.
 */
export class RedisDeviceTokens implements DeviceTokens {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #instant: InstantSource;

  constructor(redis: RedisClient, keys: RedisKeys, instant: InstantSource = null) {
    this.#redis = redis;
    this.#keys = keys;
    this.#instant = instant;
  }

  async put(tokenHash: string, session: DeviceSession, { idleMs, lifeMs }: TokenLifetime): Promise<void> {
    const { deviceId, customerId, tokenGeneration } = session;
    const index = [this.#keys.deviceTokens(deviceId)];
    const instant = scriptInstant(this.#instant);
    const [, ...surplus] = await this.#redis.run('list-token', index, [
      instant,
      tokenHash,
      String(lifeMs),
      String(mostPerDevice),
    ]);
    await this.#redis.run(
      'put-token',
      [this.#keys.token(tokenHash)],
      [instant, deviceId, customerId, String(tokenGeneration), String(idleMs), String(lifeMs)],
    );
    await this.#delete(surplus);
    const [verdict] = await this.#redis.run('confirm-token', index, [
      tokenHash,
      String(surplus.length),
      ...surplus,
    ]);
    // As if it had been put just before: it is as dead as the others.
    if (verdict === 'revoked') await this.#delete([tokenHash]);
  }

  async find(tokenHash: string): Promise<DeviceSession | null> {
    const answer = await this.#redis.run(
      'find-token',
      [this.#keys.token(tokenHash)],
      [scriptInstant(this.#instant)],
    );
    const [status, deviceId, customerId, generation] = answer;
    if (status !== 'found' || deviceId === undefined || customerId === undefined) return null;
    return { deviceId, customerId, tokenGeneration: Number(generation) };
  }

  async revoke(tokenHash: string): Promise<void> {
    const key = this.#keys.token(tokenHash);
    const deviceId = await this.#redis.command('HGET', key, 'device');
    if (typeof deviceId !== 'string') return;
    await this.#redis.command('DEL', key);
    await this.#redis.command('ZREM', this.#keys.deviceTokens(deviceId), tokenHash);
  }

  async revokeAll(deviceId: string): Promise<number> {
    const index = this.#keys.deviceTokens(deviceId);
    const [, ...hashes] = await this.#redis.run('doom-tokens', [index], []);
    const deleted = await this.#delete(hashes);
    if (hashes.length > 0) await this.#redis.command('ZREM', index, ...hashes);
    return deleted;
  }

  async #delete(hashes: readonly string[]): Promise<number> {
    const counts = await Promise.all(
      hashes.map((hash) => this.#redis.command('DEL', this.#keys.token(hash))),
    );
    return counts.reduce((sum: number, count) => sum + Number(count), 0);
  }
}
