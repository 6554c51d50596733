import { Cluster, Redis } from 'ioredis';
import type { RedisAccess, RedisConfig } from './redis-config.js';

export type RedisDriver = Redis | Cluster;

/** From a tenth of a second up to two, with some noise, so that gateways do not come back in step. Never gives up. */
const retryDelayMs = (times: number): number =>
  Math.min(50 * 2 ** Math.min(times, 6), 2_000) + Math.random() * 50;

/**
 * What makes a call execute once or not at all: nothing is queued while the connection is away, nothing is sent
 * again when it comes back, and every wait has an end. With the driver's own settings a lost answer runs a script
 * twice, and a call that was reported as failed may still happen later.
 */
const perConnection = {
  maxRetriesPerRequest: 0,
  // For a server that is silent. How long answers are waited for is the client's business: the driver's own limit to
  // it takes an answer for missing that came while this process stood still.
  socketTimeout: 2_000,
  connectTimeout: 1_500,
  keepAlive: 10_000,
  enableAutoPipelining: false,
  autoResubscribe: false,
  // Reconnects, to find the new primary, and does not send the command again.
  reconnectOnError: (error: Error): 1 | false => (error.message.startsWith('READONLY') ? 1 : false),
} as const;

const cautious = { ...perConnection, enableOfflineQueue: false, retryStrategy: retryDelayMs } as const;

/** Opens a connection, or one per node, in the background. `name` is what `CLIENT LIST` shows. */
export function openDriver(config: RedisConfig, name: string): RedisDriver {
  const driver = newDriver(config, name);
  // Every failed try is an `error` event, and one that nobody hears would end the process. Callers hear of it by
  // their own calls, and operators by what the client logs.
  driver.on('error', () => undefined);
  return driver;
}

function newDriver(config: RedisConfig, connectionName: string): RedisDriver {
  if ('url' in config) return new Redis(config.url, { ...cautious, connectionName });
  const access = accessOptions(config.access);
  if ('sentinels' in config) {
    const { sentinels, name } = config;
    return new Redis({
      ...cautious,
      ...access,
      connectionName,
      sentinels: [...sentinels],
      name,
      sentinelRetryStrategy: retryDelayMs,
      sentinelCommandTimeout: 700,
    });
  }
  return new Cluster([...config.clusterNodes], {
    enableOfflineQueue: cautious.enableOfflineQueue,
    shardedSubscribers: true,
    clusterRetryStrategy: retryDelayMs,
    maxRedirections: 4,
    // Zero: a call whose connection was cut may have been executed.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: 2_000,
    redisOptions: {
      ...perConnection,
      ...access,
      connectionName,
      // The driver queues calls while it connects to one more node; the wait for the connection has to end before
      // the caller's does, or the call would still be made afterwards.
      connectTimeout: 500,
    },
  });
}

function accessOptions({ username, password, tls }: RedisAccess = {}) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === true ? { tls: {} } : {}),
  };
}
