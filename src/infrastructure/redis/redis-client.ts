import { Redis } from 'ioredis';
import { redisFault } from './redis-faults.js';
import { evictionPolicy } from './redis-eviction.js';
import { openDriver } from './redis-driver.js';
import { readLuaScripts } from './lua-scripts.js';
import { RedisSubscriber } from './redis-subscriber.js';
import { watchConnection } from './redis-watchdog.js';
import { RunningTimeout } from './running-timeout.js';
import type { LuaScript, ScriptName } from './lua-scripts.js';
import type { RedisConfig } from './redis-config.js';
import type { RedisDriver } from './redis-driver.js';

export interface RedisClientOptions {
  /** Hears what an operator should know, one sentence at a time. */
  readonly log?: (message: string) => void;
}

/** How long opening waits for the first connection. */
const openWithinMs = 2_000;
/** Longer than a server takes that is well, and short enough that whoever asked the gateway has an answer in time. */
const answerWithinMs = 700;

/**
 * One Redis, a cluster, or what sentinels point to: scripts, a few commands, and messages. Every call is made once
 * or not at all; it rejects with `dependency_unavailable` within about a second while Redis is away, and works
 * again when it is back.
 */
export class RedisClient {
  readonly #commands: RedisDriver;
  readonly #subscriber: RedisSubscriber;
  readonly #scripts = readLuaScripts();
  readonly #answers = new RunningTimeout(answerWithinMs);
  readonly #log: (message: string) => void;
  readonly #endWatch: () => void;
  #refusal: Error | null = null;
  #connected = true;
  #sentInTurn = false;
  #checked: () => void = () => undefined;
  #back: () => void = () => undefined;

  /**
   * Resolves when Redis is there, or after two seconds without it: a gateway may start before its Redis. Rejects
   * when Redis is set to evict keys.
   */
  static async open(config: RedisConfig, options: RedisClientOptions = {}): Promise<RedisClient> {
    const client = new RedisClient(config, options);
    await client.#settled();
    if (client.#refusal !== null) {
      client.close();
      throw client.#refusal;
    }
    return client;
  }

  constructor(config: RedisConfig, { log = () => undefined }: RedisClientOptions = {}) {
    this.#log = log;
    this.#commands = openDriver(config, 'fieldgate');
    this.#subscriber = new RedisSubscriber(openDriver(config, 'fieldgate-wake-ups'));
    this.#endWatch = watchConnection(this.#commands);
    this.#commands.on('close', () => {
      if (this.#connected) log('The connection to Redis is closed.');
      this.#connected = false;
    });
    this.#commands.on('ready', () => {
      const wasAway = !this.#connected;
      if (wasAway) log('The connection to Redis is back.');
      this.#connected = true;
      this.#loadScripts();
      void this.#checkEviction();
      if (wasAway) this.#back();
    });
  }

  /** Runs a script. All its keys must carry the same hash tag. */
  async run(name: ScriptName, keys: readonly string[], args: readonly string[]): Promise<readonly string[]> {
    const script = this.#scripts[name];
    if (keys.length !== script.keyCount)
      throw new Error(`The script ${name} wants ${String(script.keyCount)} keys.`);
    try {
      const answer = await this.#answers.limit(this.#evaluate(script, keys, args));
      return Array.isArray(answer) ? answer.map(String) : [String(answer)];
    } catch (error) {
      throw redisFault(error);
    }
  }

  /** Sends one command, whose keys must carry the same hash tag. */
  async command(name: string, ...args: readonly string[]): Promise<unknown> {
    return this.#reach(() => {
      this.#gather();
      return this.#commands.call(name, ...args);
    });
  }

  /** Lends the connection to a library for one call of its own, under the same rules as the others. */
  async lend<T>(call: (driver: RedisDriver) => Promise<T>): Promise<T> {
    return this.#reach(() => call(this.#commands));
  }

  /**
   * Hears what is published on these channels, now and after every reconnection. A channel has one listener.
   * `whenBack` is called after each time that something may have been missed.
   */
  subscribe(channels: readonly string[], listener: (message: string) => void, whenBack?: () => void): void {
    this.#subscriber.subscribe(channels, listener, whenBack);
  }

  /** Resolves when the channels are being listened to, or after `ms`. */
  async subscribed(ms: number): Promise<void> {
    await this.#subscriber.settled(ms);
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.command(this.#subscriber.publishCommand, channel, message);
  }

  /**
   * `listener` is called each time that Redis is there again after it was away: what it was told last may be gone with
   * the one that was there before. There is one listener. A cluster that changes one of its nodes was not away.
   */
  whenBack(listener: () => void): void {
    this.#back = listener;
  }

  /** Rejects with `dependency_unavailable` when Redis does not answer. */
  async ping(): Promise<void> {
    await this.command('PING');
  }

  /** Ends the connections. Calls under way are rejected. Calling it twice is fine. */
  close(): void {
    this.#endWatch();
    this.#subscriber.close();
    this.#commands.disconnect();
  }

  async #evaluate(
    { sha, source, keyCount }: LuaScript,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    if (this.#refusal !== null) throw this.#refusal;
    try {
      this.#gather();
      return await this.#commands.call('EVALSHA', sha, keyCount, ...keys, ...args);
    } catch (error) {
      // The server was restarted, or its scripts were flushed. Nothing has run yet.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await this.#commands.call('EVAL', source, keyCount, ...keys, ...args);
    }
  }

  /**
   * What is sent in one turn of the event loop goes to the network in two writes: the first call at once, so that the
   * server works while the rest is made, and the rest together, since a turn often brings requests of many devices and a
   * write costs more than what it carries. Unlike the driver's automatic pipelines it changes nothing about the commands:
   * each is sent, timed and answered by itself.
   */
  #gather(): void {
    if (!(this.#commands instanceof Redis)) return;
    if (!this.#sentInTurn) {
      this.#sentInTurn = true;
      setImmediate(() => (this.#sentInTurn = false));
      return;
    }
    const { stream } = this.#commands;
    // Not yet there, or not any more: the driver refuses the call.
    if (stream === undefined || stream.destroyed || stream.writableCorked > 0) return;
    stream.cork();
    // At the end of the turn, and not already of the callback: every connection has a callback of its own.
    setImmediate(() => {
      stream.uncork();
    });
  }

  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.#refusal !== null) throw this.#refusal;
      return await this.#answers.limit(work());
    } catch (error) {
      throw redisFault(error);
    }
  }

  /** Saves the first call of each script the detour. Where it fails, or on a cluster, the call brings its script along. */
  #loadScripts(): void {
    if (!(this.#commands instanceof Redis)) return;
    for (const { source } of Object.values(this.#scripts)) {
      this.#commands.call('SCRIPT', 'LOAD', source).catch(() => undefined);
    }
  }

  async #checkEviction(): Promise<void> {
    try {
      const found = await evictionPolicy(this.#commands);
      if (found.kind === 'hidden') {
        this.#log('Redis hides its configuration: make sure that its maxmemory-policy is noeviction.');
      }
      this.#refusal =
        found.kind === 'unsafe'
          ? new Error(`Redis evicts keys (maxmemory-policy ${found.policy}); it must be set to noeviction.`)
          : null;
      if (this.#refusal !== null) this.#log(this.#refusal.message);
    } catch {
      // It went away again. The next connection is checked anew.
    }
    this.#checked();
  }

  async #settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#checked = resolve;
      timer = setTimeout(() => {
        this.#log('Redis is not there yet; going on without it until it is.');
        resolve();
      }, openWithinMs);
    });
    clearTimeout(timer);
  }
}
