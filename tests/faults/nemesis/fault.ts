import type { Recorder } from '../history/recorder.js';
import type { Gateways } from '../servers/gateways.js';
import type { PostgresServer } from '../servers/postgres-server.js';
import type { RedisNode } from '../servers/redis-node.js';
import type { SentinelRedis } from '../servers/sentinel-redis.js';
import type { TcpProxy } from '../servers/tcp-proxy.js';
import type { Disk } from '../servers/disk.js';
import type { Dice } from '../traffic/dice.js';

export interface SingleRedis {
  readonly kind: 'single';
  readonly node: RedisNode;
  readonly disk: Disk;
  readonly way: TcpProxy;
}

export interface WatchedRedis {
  readonly kind: 'sentinel';
  readonly sentinel: SentinelRedis;
}

/** What can be broken. */
export interface Battlefield {
  readonly recorder: Recorder;
  readonly dice: Dice;
  readonly gateways: Gateways;
  readonly postgres: PostgresServer;
  readonly postgresWay: TcpProxy;
  readonly redis: SingleRedis | WatchedRedis;
}

export interface FaultOutcome {
  /** Writes that Redis had answered and forgot. */
  readonly redisLost?: number;
  /** It forgot them without a sign: what is left looks whole. */
  readonly unnoticed?: boolean;
  readonly note?: string;
}

export interface Fault {
  readonly kind: string;
  /** Null where it can be done; otherwise why not. */
  impossibleBecause(field: Battlefield): string | null;
  /** Breaks something, and resolves when it is whole again. */
  strike(field: Battlefield): Promise<FaultOutcome>;
}

/**
 * A hold of five seconds, a look every second at what two seconds ago was not followed. What Redis forgot without a sign
 * is placed anew as soon as it is there again.
 */
export const repairMs = 9_000;

export const wayOf = (redis: Battlefield['redis']): readonly TcpProxy[] =>
  redis.kind === 'single' ? [redis.way] : redis.sentinel.ways;

export const primaryOf = (redis: Battlefield['redis']): Promise<RedisNode> =>
  redis.kind === 'single' ? Promise.resolve(redis.node) : redis.sentinel.primary();
