import type { DeviceRepository } from '../../application/ports/device-repository.js';
import type { Device } from '../../domain/device/device.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { deviceOf, deviceRowOf } from './device-row.js';
import { isDanglingReference } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresDeviceRepository implements DeviceRepository {
  readonly #session: PostgresSession;

  /** `session`: an open transaction, since it is what holds the locks. */
  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async lock(deviceId: string): Promise<Device | null> {
    // The key stays, so whoever only refers to the device need not wait.
    const [row] = await this.#session.query(
      tables.selectFrom('devices').selectAll().where('id', '=', deviceId).forNoKeyUpdate().compile(),
    );
    return row === undefined ? null : deviceOf(row);
  }

  async add(device: Device): Promise<boolean> {
    const insert = tables
      .insertInto('devices')
      .values(deviceRowOf(device))
      // Of whichever index notices it first: with one named, two at once fail on the other now and then.
      .onConflict((conflict) => conflict.doNothing())
      .returning('id');
    try {
      const added = await this.#session.query(insert.compile());
      return added.length > 0;
    } catch (error) {
      if (isDanglingReference(error))
        throw generalFaults.not_found('There is no such customer.', { cause: error });
      throw error;
    }
  }

  async save(device: Device): Promise<void> {
    const { id, customer_id: customerId, created_at: createdAt, ...changing } = deviceRowOf(device);
    const update = tables
      .updateTable('devices')
      .set(changing)
      .where('id', '=', id)
      .where('customer_id', '=', customerId)
      .where('created_at', '=', createdAt)
      .returning('id');
    const saved = await this.#session.query(update.compile());
    if (saved.length === 0) throw new Error(`the device ${id} was saved before it was added`);
  }
}
