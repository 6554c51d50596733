import type { DeviceConnections } from '../../application/ports/device-connections.js';
import type { LiveBus } from '../../application/ports/live-bus.js';

/** What sockets need beside what requests need. In milliseconds. */
export interface SocketOptions {
  /** A peer is pinged this often, and dropped when it leaves two pings unanswered. */
  readonly pingMs: number;
  /** A peer that has not said who it is by then is let go. */
  readonly signInMs: number;
  readonly bus: LiveBus;
  readonly connections: DeviceConnections;
}
