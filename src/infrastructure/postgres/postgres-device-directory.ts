import { sql } from 'kysely';

import type { DeviceDirectory, DeviceFilter } from '../../application/ports/device-directory.js';
import type { Device } from '../../domain/device/device.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { Asked } from './asked.js';
import { deviceOf } from './device-row.js';
import { GroupCommit } from './group-commit.js';
import { keysetCursor, pageOf } from './keyset-cursor.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import type { DeviceRow } from './postgres-tables.js';
import { prepared } from './prepared-statement.js';
import type { Prepared } from './prepared-statement.js';

const cursors = keysetCursor('devices', 2);

const devicesById: Prepared<DeviceRow, [ids: readonly string[]]> = prepared(
  (ids) => sql`select * from fieldgate.devices where id = any(${ids}::text[])`,
);

export class PostgresDeviceDirectory implements DeviceDirectory {
  readonly #session: PostgresSession;
  /** Every proposal looks its device up: those that come at once share a statement. */
  readonly #lookUps: GroupCommit<string, Device | null>;

  /** `session`: for what is one customer's. `all`: for statements that serve several customers at once. */
  constructor(all: PostgresSession, session: PostgresSession = all) {
    this.#session = session;
    this.#lookUps = new GroupCommit((batch) => this.#lookUp(all, batch));
  }

  async find(customerId: string, deviceId: string): Promise<Device | null> {
    const device = await this.#lookUps.submit(deviceId);
    return device?.customerId === customerId ? device : null;
  }

  async #lookUp(all: PostgresSession, batch: readonly Asked<string, Device | null>[]): Promise<void> {
    const ids = [...new Set(batch.map(({ item }) => item))];
    const rows = await all.query(devicesById(ids));
    const devices = new Map(rows.map((row) => [row.id, deviceOf(row)]));
    for (const asked of batch) asked.answer(devices.get(asked.item) ?? null);
  }

  async list(customerId: string, filter: DeviceFilter, page: PageRequest): Promise<Page<Device>> {
    const after = page.cursor === null ? null : cursors.decode(page.cursor);
    const { lifecycle, label, search } = filter;
    const pattern = `%${escapeLike(search ?? '')}%`;
    const rows = await this.#session.query(
      tables
        .selectFrom('devices')
        .selectAll()
        .where('customer_id', '=', customerId)
        .$if(lifecycle !== null, (query) => query.where('lifecycle', '=', lifecycle))
        .$if(label !== null, (query) => query.where(sql<boolean>`${label}::text = any(labels)`))
        .$if(search !== null, (query) =>
          query.where((or) =>
            or.or([
              or('id', 'ilike', pattern),
              or('name', 'ilike', pattern),
              or('location', 'ilike', pattern),
            ]),
          ),
        )
        .$if(after !== null, (query) =>
          query.where(sql<boolean>`(name, id) > (${after?.[0]}::text, ${after?.[1]}::text)`),
        )
        .orderBy('name')
        .orderBy('id')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, deviceOf, ({ name, id }) => cursors.encode([name, id]));
  }
}

/** What people search for is text, not a pattern. */
const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
