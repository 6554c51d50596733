import { crc16 } from './crc16.js';

const shardCount = 64;

/** The keys of one device's queue, in the order in which the scripts want them. */
export interface QueueKeys {
  readonly ready: string;
  readonly held: string;
  readonly delayed: string;
  readonly ranks: string;
  readonly holders: string;
  readonly attempts: string;
  readonly due: string;
  /** Of its shard. */
  readonly epoch: string;
}

/**
 * The name of every key and channel. What one script touches carries the same hash tag, `{s00}` to `{s63}`, so
 * that it lies on one node of a cluster; the tags spread the devices over all nodes.
 */
export class RedisKeys {
  readonly #prefix: string;
  readonly shards: readonly string[];
  #last: { readonly id: string | null; readonly shard: string } = { id: null, shard: '' };

  /** `prefix` tells gateways apart that share a Redis: letters, digits, `-`, `_` and `:`. */
  constructor(prefix = 'fg') {
    // A brace would move the hash tag, and with it every key into one slot.
    if (!/^[\w:-]+$/.test(prefix))
      throw new Error('A Redis prefix has letters, digits, "-", "_" and ":" only.');
    this.#prefix = prefix.replace(/:+$/, '');
    this.shards = Array.from({ length: shardCount }, (_, n) => `{s${String(n).padStart(2, '0')}}`);
  }

  /** Of a device, or of whomever else something is about. */
  shardOf(id: string): string {
    // A call wants several names about one id, one after the other.
    if (this.#last.id !== id) this.#last = { id, shard: this.shards[crc16(id) % shardCount] ?? '{s00}' };
    return this.#last.shard;
  }

  queue(deviceId: string): QueueKeys {
    const shard = this.shardOf(deviceId);
    const key = (part: string): string => this.#key(shard, part, deviceId);
    return {
      ready: key('ready'),
      held: key('held'),
      delayed: key('delayed'),
      ranks: key('ranks'),
      holders: key('holders'),
      attempts: key('attempts'),
      due: this.due(shard),
      epoch: this.epoch(shard),
    };
  }

  due(shard: string): string {
    return this.#key(shard, 'due');
  }

  epoch(shard: string): string {
    return this.#key(shard, 'epoch');
  }

  /** Who is filling the shard, between two epochs. */
  rebuilds(shard: string): string {
    return this.#key(shard, 'rebuilds');
  }

  /** That an attempt got ids. The device stands first: an attempt's name may hold any letter. */
  served(deviceId: string, attemptId: string): string {
    return `${this.#of(deviceId, 'served')}:${attemptId}`;
  }

  deviceTokens(deviceId: string): string {
    return this.#of(deviceId, 'tokens');
  }

  /** Beside the device's tokens: both are asked in one call. */
  deviceBudget(rule: string, deviceId: string): string {
    return this.#of(deviceId, `budget:${rule}`);
  }

  latestBeat(deviceId: string): string {
    return this.#of(deviceId, 'beat');
  }

  beats(deviceId: string): string {
    return this.#of(deviceId, 'beats');
  }

  /** Under the tag of what is limited, in whatever way it is counted. */
  budget(rule: string, key: string): string {
    return `${this.#prefix}:budget:${rule}:{${key}}`;
  }

  wakeChannel(shard: string): string {
    return this.#key(shard, 'wake');
  }

  liveChannel(shard: string): string {
    return this.#key(shard, 'live');
  }

  /** Which connection of the device counts. */
  connection(deviceId: string): string {
    return this.#of(deviceId, 'connection');
  }

  #of(deviceId: string, part: string): string {
    return this.#key(this.shardOf(deviceId), part, deviceId);
  }

  /** A call needs about ten names: they are put together anew, which is as fast as finding them among thousands. */
  #key(tag: string, part: string, id?: string): string {
    const name = `${this.#prefix}:${tag}:${part}`;
    return id === undefined ? name : `${name}:${id}`;
  }
}
