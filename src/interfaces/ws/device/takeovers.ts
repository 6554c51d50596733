import type { RateRule } from '../../../application/ports/rate-limiter.js';
import { ignoreUnavailable } from '../../../domain/shared/fault.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';

/** A device that comes back after a lost connection takes over its old one now and then; two devices do so for ever. */
const takeovers: RateRule = { name: 'takeovers', points: 5, windowMs: 60_000 };
const warnings: RateRule = { name: 'takeover-warnings', points: 1, windowMs: 60_000 };

/**
 * Notes that a connection gave way to a newer one of the same device. Counted for all instances together, and warned of
 * once a minute: with more of them, two machines probably share one identity.
 */
export async function noteTakeover(
  { rateLimiter, logger }: Pick<HttpServerOptions, 'rateLimiter' | 'logger'>,
  deviceId: string,
): Promise<void> {
  try {
    if ((await rateLimiter.spend(takeovers, deviceId)).allowed) return;
    if (!(await rateLimiter.spend(warnings, deviceId)).allowed) return;
  } catch (error) {
    ignoreUnavailable(error);
    return;
  }
  logger.warn(
    { deviceId, mostPerMinute: takeovers.points },
    'connections of one device replace each other again and again: was its identity copied?',
  );
}
