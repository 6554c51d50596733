import type { AdmittedDevice } from '../../../application/device/authenticate-device.js';
import type { DeviceSession } from '../../../application/ports/device-tokens.js';
import type { DeviceCaller } from '../../../domain/device/device-caller.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import type { Connection } from '../connection.js';
import type { Call } from '../message-rule.js';
import type { SocketPeer, SocketSession } from '../socket-audience.js';

/** A device that has shown a live token. */
export interface DeviceSignIn extends SocketSession {
  readonly session: DeviceSession;
  readonly token: string;
}

/** A device at the other end of a connection. */
export class DevicePeer implements SocketPeer {
  readonly customerId: string;
  readonly options: HttpServerOptions;
  readonly #signIn: DeviceSignIn;
  readonly #connection: Connection;
  readonly #welcome: () => object;

  constructor(
    options: HttpServerOptions,
    signIn: DeviceSignIn,
    connection: Connection,
    welcome: () => object,
  ) {
    this.customerId = signIn.customerId;
    this.options = options;
    this.#signIn = signIn;
    this.#connection = connection;
    this.#welcome = welcome;
  }

  welcome(): object {
    return this.#welcome();
  }

  /** Lets one message in, as a request would be: by a live token, within the device's budget. */
  async admit({ requestId }: Call): Promise<{ caller: DeviceCaller; queue: AdmittedDevice['queue'] }> {
    const { device, rateRules } = this.options;
    const admitted = await device.authenticateDevice.execute(this.#signIn.token, rateRules.device);
    const { session, verdict, queue } = admitted;
    if (!verdict.allowed) throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
    return { caller: { ...session, requestId }, queue };
  }

  async look(): Promise<void> {
    await this.admit({ requestId: this.#connection.id });
  }

  gone(): void {
    return;
  }
}
