import type { DependencyContainer } from 'tsyringe';
import { AuthorizeTopics } from '../application/live/authorize-topics.js';
import type { LiveSources } from '../application/live/live-hub.js';
import { LiveHub } from '../application/live/live-hub.js';
import { provide, use } from './provide.js';
import { onBehalfOf } from './request-context.js';
import * as port from './tokens.js';

/** What happens, as it happens. */
export function provideLive(container: DependencyContainer): void {
  provide(container, LiveHub, (c) => new LiveHub(use(c, port.LIVE_BUS), sourcesOf(c)));
  provide(
    container,
    AuthorizeTopics,
    (c) => new AuthorizeTopics(use(c, port.DEVICE_DIRECTORY), use(c, port.SESSION_DIRECTORY)),
  );
}

/**
 * A signal is heard within whatever request told it, which may be another customer's. So each look is made on behalf of
 * the customer whom it is about, behind that customer's wall.
 */
function sourcesOf(container: DependencyContainer): LiveSources {
  const log = use(container, port.ACTIVITY_LOG);
  const devices = use(container, port.DEVICE_DIRECTORY);
  const records = use(container, port.COMMAND_RECORDS);
  const presence = use(container, port.PRESENCE);
  return {
    log: {
      read: (customerId, seq, limit) => onBehalfOf(customerId, () => log.read(customerId, seq, limit)),
      heads: (customerIds) => onBehalfOf(null, () => log.heads(customerIds)),
    },
    devices: {
      find: (customerId, deviceId) => onBehalfOf(customerId, () => devices.find(customerId, deviceId)),
      list: (customerId, filter, page) =>
        onBehalfOf(customerId, () => devices.list(customerId, filter, page)),
    },
    records: { find: (customerId, id) => onBehalfOf(customerId, () => records.find(customerId, id)) },
    presence: { latest: (deviceIds) => presence.latest(deviceIds) },
    clock: use(container, port.CLOCK),
  };
}
