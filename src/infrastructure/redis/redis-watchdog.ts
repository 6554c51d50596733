import { Cluster } from 'ioredis';
import type { RedisDriver } from './redis-driver.js';

const lookEveryMs = 1_000;
/** A connection that is still not ready after this is torn down and begun anew. */
const patienceMs = 5_000;
const pingEveryMs = 5_000;

/**
 * Sees to it that a connection comes back. The driver retries by itself, but a try may hang (a frozen server
 * accepts and never answers), and a subscriber that sends nothing does not notice that its peer is gone.
 * Returns what ends the watch.
 */
export function watchConnection(driver: RedisDriver): () => void {
  let readyAt = performance.now();
  let pingedAt = readyAt;
  const timer = setInterval(() => {
    const now = performance.now();
    if (driver.status === 'ready') {
      readyAt = now;
      if (now - pingedAt < pingEveryMs) return;
      pingedAt = now;
      driver.ping().catch(() => {
        if (driver.status === 'ready') restart(driver);
      });
      return;
    }
    if (now - readyAt < patienceMs) return;
    readyAt = now;
    restart(driver);
  }, lookEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function restart(driver: RedisDriver): void {
  if (driver.status === 'end') {
    // What went wrong is told by the `error` event, and the watch looks again.
    driver.connect().catch(() => undefined);
    return;
  }
  // A cluster that waits for its next try ends its wait here; reconnecting is its own business.
  if (driver instanceof Cluster && driver.status === 'reconnecting') return;
  driver.disconnect(true);
}
