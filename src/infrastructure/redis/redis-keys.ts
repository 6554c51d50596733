import { crc16 } from './crc16.js';

const shardCount = 64;
/** Of so many devices the names are kept: a call needs about ten, and making them costs more than finding them. */
const mostKnown = 8_192;

/** The keys of one device's queue, in the order in which the scripts want them. */
export interface QueueKeys {
  readonly ready: string;
  readonly held: string;
  readonly delayed: string;
  readonly ranks: string;
  readonly holders: string;
  readonly attempts: string;
  readonly due: string;
}

interface KeysOfDevice {
  readonly shard: string;
  readonly queue: QueueKeys;
  readonly tokens: string;
}

/**
 * The name of every key and channel. What one script touches carries the same hash tag, `{s00}` to `{s63}`, so
 * that it lies on one node of a cluster; the tags spread the devices over all nodes.
 */
export class RedisKeys {
  readonly #prefix: string;
  readonly shards: readonly string[];
  readonly #known = new Map<string, KeysOfDevice>();

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
    return this.#of(id).shard;
  }

  queue(deviceId: string): QueueKeys {
    return this.#of(deviceId).queue;
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
    return this.#key(this.shardOf(deviceId), 'served', deviceId, attemptId);
  }

  deviceTokens(deviceId: string): string {
    return this.#of(deviceId).tokens;
  }

  /** Beside the device's tokens: both are asked in one call. */
  deviceBudget(rule: string, deviceId: string): string {
    return this.#key(this.shardOf(deviceId), 'budget', rule, deviceId);
  }

  latestBeat(deviceId: string): string {
    return this.#key(this.shardOf(deviceId), 'beat', deviceId);
  }

  beats(deviceId: string): string {
    return this.#key(this.shardOf(deviceId), 'beats', deviceId);
  }

  /** Under the tag of what is limited, in whatever way it is counted. */
  budget(rule: string, key: string): string {
    return this.#key('budget', rule, `{${key}}`);
  }

  wakeChannel(shard: string): string {
    return this.#key(shard, 'wake');
  }

  liveChannel(shard: string): string {
    return this.#key(shard, 'live');
  }

  /** Which connection of the device counts. */
  connection(deviceId: string): string {
    return this.#key(this.shardOf(deviceId), 'connection', deviceId);
  }

  #of(deviceId: string): KeysOfDevice {
    const known = this.#known.get(deviceId);
    if (known !== undefined) return known;
    const shard = this.shards[crc16(deviceId) % shardCount] ?? '{s00}';
    const key = (part: string): string => this.#key(shard, part, deviceId);
    const keys = {
      shard,
      queue: {
        ready: key('ready'),
        held: key('held'),
        delayed: key('delayed'),
        ranks: key('ranks'),
        holders: key('holders'),
        attempts: key('attempts'),
        due: this.due(shard),
      },
      tokens: key('tokens'),
    };
    this.#known.set(deviceId, keys);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value ?? deviceId);
    return keys;
  }

  #key(...parts: readonly string[]): string {
    return [this.#prefix, ...parts].join(':');
  }
}
