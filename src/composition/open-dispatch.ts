import type { Logger } from 'pino';
import type { DependencyContainer } from 'tsyringe';
import { InProcessDeviceConnections } from '../infrastructure/in-process/in-process-device-connections.js';
import { InProcessDeviceTokens } from '../infrastructure/in-process/in-process-device-tokens.js';
import { InProcessDispatchQueue } from '../infrastructure/in-process/in-process-dispatch-queue.js';
import { InProcessLiveBus } from '../infrastructure/in-process/in-process-live-bus.js';
import { InProcessPresence } from '../infrastructure/in-process/in-process-presence.js';
import { InProcessRateLimiter } from '../infrastructure/in-process/in-process-rate-limiter.js';
import { InProcessWakeUps } from '../infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../infrastructure/redis/redis-client.js';
import type { RedisAccess, RedisConfig, RedisNode } from '../infrastructure/redis/redis-config.js';
import { RedisDeviceConnections } from '../infrastructure/redis/redis-device-connections.js';
import { RedisDeviceTokens } from '../infrastructure/redis/redis-device-tokens.js';
import { RedisDispatchQueue } from '../infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../infrastructure/redis/redis-keys.js';
import { RedisLiveBus } from '../infrastructure/redis/redis-live-bus.js';
import { RedisPresence } from '../infrastructure/redis/redis-presence.js';
import { RedisRateLimiter } from '../infrastructure/redis/redis-rate-limiter.js';
import { RedisWakeUps } from '../infrastructure/redis/redis-wake-ups.js';
import type { Config } from './config.js';
import type { Lifecycle } from './lifecycle.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

export interface Dispatch {
  readonly mode: 'in-process' | 'redis';
  /** Resolves when the store answers. */
  readonly probe: () => Promise<void>;
  /** Has `listener` called each time that the store was away: it may have lost what it was told last. */
  readonly whenBack: (listener: () => void) => void;
}

/** Order and time, tokens, presence, connections, signals and budgets: in Redis where one is configured, in memory otherwise. */
export async function openDispatch(
  config: Config,
  container: DependencyContainer,
  log: Logger,
  lifecycle: Lifecycle,
): Promise<Dispatch> {
  const where = redisConfig(config);
  if (where === null) {
    provideInProcess(container);
    return { mode: 'in-process', probe: () => Promise.resolve(), whenBack: () => undefined };
  }
  const redis = await RedisClient.open(where, {
    log: (message) => {
      log.warn(message);
    },
  });
  lifecycle.opened('redis', () => {
    redis.close();
  });
  provideRedis(container, redis, new RedisKeys(config.REDIS_PREFIX));
  return {
    mode: 'redis',
    probe: () => redis.ping(),
    whenBack: (listener) => {
      redis.whenBack(listener);
    },
  };
}

function provideInProcess(container: DependencyContainer): void {
  let made: InProcessDispatchQueue | undefined;
  const queue = (c: DependencyContainer) => (made ??= new InProcessDispatchQueue(use(c, port.CLOCK)));
  provide(container, port.DISPATCH_QUEUE, queue);
  provide(
    container,
    port.DEVICE_TOKENS,
    (c) =>
      new InProcessDeviceTokens(
        use(c, port.CLOCK),
        use(c, port.RATE_LIMITER),
        queue(c),
        use(c, port.PRESENCE),
      ),
  );
  provide(container, port.PRESENCE, () => new InProcessPresence());
  provide(container, port.RATE_LIMITER, () => new InProcessRateLimiter());
  provide(container, port.WAKE_UPS, () => new InProcessWakeUps());
  provide(container, port.LIVE_BUS, () => new InProcessLiveBus());
  provide(container, port.DEVICE_CONNECTIONS, (c) => new InProcessDeviceConnections(use(c, port.CLOCK)));
}

function provideRedis(container: DependencyContainer, redis: RedisClient, keys: RedisKeys): void {
  provide(container, port.DISPATCH_QUEUE, () => new RedisDispatchQueue(redis, keys));
  provide(container, port.DEVICE_TOKENS, () => new RedisDeviceTokens(redis, keys));
  provide(container, port.PRESENCE, () => new RedisPresence(redis, keys));
  provide(container, port.RATE_LIMITER, () => new RedisRateLimiter(redis, keys));
  provide(container, port.WAKE_UPS, () => new RedisWakeUps(redis, keys, new InProcessWakeUps()));
  provide(container, port.LIVE_BUS, () => new RedisLiveBus(redis, keys, new InProcessLiveBus()));
  provide(container, port.DEVICE_CONNECTIONS, () => new RedisDeviceConnections(redis, keys));
}

function redisConfig(config: Config): RedisConfig | null {
  if (config.REDIS_URL !== undefined) return { url: config.REDIS_URL };
  const [clusterNode] = config.REDIS_CLUSTER_NODES;
  if (clusterNode !== undefined) {
    return { clusterNodes: config.REDIS_CLUSTER_NODES.map(nodeOf), access: accessOf(clusterNode) };
  }
  const [sentinel] = config.REDIS_SENTINELS;
  if (sentinel !== undefined) {
    const sentinels = config.REDIS_SENTINELS.map(nodeOf);
    return { sentinels, name: config.REDIS_SENTINEL_NAME ?? '', access: accessOf(sentinel) };
  }
  return null;
}

/** `host:port`, or a URL. */
const urlOf = (node: string): URL => new URL(node.includes('://') ? node : `redis://${node}`);

function nodeOf(node: string): RedisNode {
  const { hostname, port: number } = urlOf(node);
  return { host: hostname, port: number === '' ? 6379 : Number(number) };
}

/** User, password and TLS are those of the first node; the others have the same. */
function accessOf(node: string): RedisAccess {
  const { username, password, protocol } = urlOf(node);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    tls: protocol === 'rediss:',
  };
}
