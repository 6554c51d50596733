import type { DependencyContainer } from 'tsyringe';
import { AnnouncedDeviceTokens } from '../application/live/announced-device-tokens.js';
import { LiveAnnouncer } from '../application/live/live-announcer.js';
import type { Lifecycle } from './lifecycle.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/**
 * Lets the other instances hear of what happens here: to be called before any verb is built. What is returned has to
 * hear of what is committed. A stop waits for what is still being told.
 */
export function announce(container: DependencyContainer, lifecycle: Lifecycle): LiveAnnouncer {
  const [live, tokens] = [use(container, port.LIVE_BUS), use(container, port.DEVICE_TOKENS)];
  provide(container, port.DEVICE_TOKENS, () => new AnnouncedDeviceTokens(tokens, live));
  const announcer = new LiveAnnouncer(live);
  lifecycle.opened('announcements', () => announcer.settled());
  return announcer;
}
