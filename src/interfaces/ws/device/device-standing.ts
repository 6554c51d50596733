import type { AdmittedDevice } from '../../../application/device/let-in.js';
import { Fault } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { closeCodes } from '../close-codes.js';
import type { Connection } from '../connection.js';
import { withinContext } from '../within-context.js';
import { noteTakeover } from './takeovers.js';

/** What a look at a device's standing may lead to. */
export interface StandingLine {
  /** Rejects when its token is not good any more. */
  admission(): Promise<AdmittedDevice>;
  /** The device may not stay. */
  dismiss(fault: Fault): void;
  /** It could not be looked, and is looked again later. */
  note(fault: Fault): void;
  /** Somebody ended the connection here. */
  leave(): void;
}

/** What most are told to stop. A set for each takes 180 bytes of every idle connection. */
const nothing: ReadonlySet<string> = new Set();

/**
 * How a connected device stands: whether its token is good, whether this is its newest connection, and which commands
 * in its hands somebody wants to stop. Nobody tells; it is looked up whenever something may have changed.
 */
export class DeviceStanding {
  readonly #options: HttpServerOptions;
  readonly #connection: Connection;
  readonly #line: StandingLine;
  /** What it was told to stop, as long as the record says so. */
  #told = nothing;

  constructor(options: HttpServerOptions, connection: Connection, line: StandingLine) {
    this.#options = options;
    this.#connection = connection;
    this.#line = line;
  }

  /** The device was just sent this command. Told before to stop it, it cannot have known what that was about. */
  sent(commandId: string): void {
    if (this.#told.has(commandId)) this.#tell(commandId);
  }

  /** Never rejects. A look that fails changes nothing: with a dependency away, connections stay. */
  async look(customerId: string): Promise<void> {
    const requestId = this.#options.ids.uuid();
    try {
      await withinContext(this.#options, { requestId, customerId }, () => this.#look(requestId));
    } catch (error) {
      const fault = error instanceof Fault ? error : generalFaults.internal(undefined, { cause: error });
      if (fault.kind === 'unauthenticated') this.#line.dismiss(fault);
      else this.#line.note(fault);
    }
  }

  async #look(requestId: string): Promise<void> {
    const { session, queue } = await this.#line.admission();
    const { deviceId } = session;
    if (!(await this.#options.sockets.connections.keep(deviceId, this.#connection.id))) {
      this.#connection.close(closeCodes.replaced, 'replaced by a newer connection');
      this.#line.leave();
      await noteTakeover(this.#options, deviceId);
      return;
    }
    const asked = await this.#options.device.listCancelRequests.execute({ ...session, requestId }, queue);
    for (const commandId of asked) if (!this.#told.has(commandId)) this.#tell(commandId);
    this.#told = asked.length === 0 ? nothing : new Set(asked);
  }

  #tell(commandId: string): void {
    this.#connection.send({ type: 'cancel', commandId });
  }
}
