import type { DeviceConnections } from '../../application/ports/device-connections.js';
import type { LiveHub } from '../../application/live/live-hub.js';
import type { AuthorizeTopics } from '../../application/live/authorize-topics.js';
import type { LiveBus } from '../../application/ports/live-bus.js';
import type { SignInLiveness } from '../../application/ports/sign-in-liveness.js';

/** What sockets need beside what requests need. In milliseconds. */
export interface SocketOptions {
  /** A peer is pinged this often, and dropped when it leaves two pings unanswered. */
  readonly pingMs: number;
  /** A peer that has not said who it is by then is let go. */
  readonly signInMs: number;
  readonly bus: LiveBus;
  readonly connections: DeviceConnections;
  /** Null: nobody counts. */
  readonly meter: SocketMeter | null;
  /** Connections on behalf of one customer, here. */
  readonly mostPerCustomer: number;
  readonly live: LiveSocketOptions;
}

/** What those need who watch. */
export interface LiveSocketOptions {
  readonly hub: LiveHub;
  readonly authorizeTopics: Pick<AuthorizeTopics, 'execute'>;
  readonly signIns: SignInLiveness;
}

/** Hears of what goes over sockets. It must not throw. */
export interface SocketMeter {
  opened(path: string): void;
  closed(path: string, code: number): void;
  /** `type` is one of the contract's words, `unknown` for any other; `outcome` is `ok` or the code of the problem. */
  answered(path: string, type: string, outcome: string, seconds: number): void;
}
