import type { CustomerSession } from '../../http/customer/member-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import type { Connection } from '../connection.js';
import type { SocketPeer, SocketSession } from '../socket-audience.js';

/** Somebody who acts for a customer, and how they proved it. */
export interface CustomerSignIn extends SocketSession {
  readonly session: CustomerSession;
  readonly accessToken: string;
}

/** Somebody who acts for a customer, at the other end of a connection. */
export class CustomerPeer implements SocketPeer {
  readonly customerId: string;
  readonly options: HttpServerOptions;
  readonly #connection: Connection;

  constructor(options: HttpServerOptions, signIn: CustomerSignIn, connection: Connection) {
    this.customerId = signIn.customerId;
    this.options = options;
    this.#connection = connection;
  }

  welcome(): object {
    return { customerId: this.customerId, seq: 0, connection: this.#connection.id };
  }

  look(): Promise<void> {
    return Promise.resolve();
  }

  gone(): void {
    return;
  }
}
