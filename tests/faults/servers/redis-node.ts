import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { OwnProcess } from './own-process.js';
import { redisServerProgram } from './programs.js';

export interface RedisNodeOptions {
  readonly name: string;
  readonly folder: string;
  readonly runFolder: string;
  readonly port: number;
  readonly settings?: readonly string[];
  readonly sentinel?: boolean;
}

/** A redis-server of this run: as a store with an append-only file that is synchronized every second, or a sentinel. */
export class RedisNode {
  readonly port: number;
  readonly #options: RedisNodeOptions;
  #process: OwnProcess;

  static async start(options: RedisNodeOptions): Promise<RedisNode> {
    mkdirSync(options.folder, { recursive: true });
    const settings =
      options.sentinel === true
        ? []
        : ['appendonly yes', 'appendfsync everysec', 'save ""', 'maxmemory-policy noeviction'];
    writeFileSync(
      configOf(options),
      [
        `port ${String(options.port)}`,
        'bind 127.0.0.1',
        `dir ${options.folder}`,
        'daemonize no',
        ...settings,
        ...(options.settings ?? []),
        '',
      ].join('\n'),
    );
    const node = new RedisNode(options);
    await node.#ready();
    return node;
  }

  constructor(options: RedisNodeOptions) {
    this.#options = options;
    this.port = options.port;
    this.#process = this.#launch();
  }

  /** Past every proxy. Never retries. */
  async connect(): Promise<Redis> {
    const redis = new Redis(this.port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      commandTimeout: 3_000,
    });
    redis.on('error', () => undefined);
    await redis.connect();
    return redis;
  }

  async ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
    const redis = await this.connect();
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  pause(): void {
    this.#process.signal('SIGSTOP');
  }

  resume(): void {
    this.#process.signal('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async restart(): Promise<void> {
    this.#process = this.#launch();
    await this.#ready();
  }

  #launch(): OwnProcess {
    const { name, runFolder, sentinel } = this.#options;
    return new OwnProcess(redisServerProgram(), {
      args: [configOf(this.#options), ...(sentinel === true ? ['--sentinel'] : [])],
      log: join(runFolder, `${name}.log`),
    });
  }

  async #ready(): Promise<void> {
    await this.#process.until(() => this.ask((redis) => redis.ping()));
  }
}

const configOf = ({ folder, name }: RedisNodeOptions): string => join(folder, `${name}.conf`);
