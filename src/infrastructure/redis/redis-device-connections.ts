import type { DeviceConnections } from '../../application/ports/device-connections.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

const livesMs = 90_000;

/** Which connection of a device counts: one key per device, which goes by itself when nobody keeps it. */
export class RedisDeviceConnections implements DeviceConnections {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;

  constructor(redis: RedisClient, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async open(deviceId: string, connectionId: string): Promise<void> {
    await this.#redis.command('SET', this.#keys.connection(deviceId), connectionId, 'PX', String(livesMs));
  }

  async keep(deviceId: string, connectionId: string): Promise<boolean> {
    const keys = [this.#keys.connection(deviceId)];
    const [answer] = await this.#redis.run('keep-connection', keys, [connectionId, String(livesMs)]);
    return answer === 'kept';
  }

  async close(deviceId: string, connectionId: string): Promise<void> {
    await this.#redis.run('close-connection', [this.#keys.connection(deviceId)], [connectionId]);
  }
}
