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
  /** Connections on behalf of one customer, here. */
  readonly mostPerCustomer: number;
  readonly live: LiveSocketOptions;
}

/** What those need who watch. */
export interface LiveSocketOptions {
  readonly hub: LiveHub;
  readonly bus: LiveBus;
  readonly authorizeTopics: Pick<AuthorizeTopics, 'execute'>;
  readonly signIns: SignInLiveness;
}
