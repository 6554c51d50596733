import pg from 'pg';

import { PostgresCommandDeadlines } from '../../src/infrastructure/postgres/postgres-command-deadlines.js';
import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../../src/infrastructure/postgres/postgres-command-proposals.js';
import { PostgresCommandRecords } from '../../src/infrastructure/postgres/postgres-command-records.js';
import { PostgresDeviceDirectory } from '../../src/infrastructure/postgres/postgres-device-directory.js';
import { PostgresDispatchEpochs } from '../../src/infrastructure/postgres/postgres-dispatch-epochs.js';
import { PostgresIdempotencyRecords } from '../../src/infrastructure/postgres/postgres-idempotency-records.js';
import { PostgresMemberDirectory } from '../../src/infrastructure/postgres/postgres-member-directory.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work.js';
import { createTestDatabase } from '../support/postgres.js';
import type { LoggedEntry } from './activity-chain.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';

export interface PostgresRecord extends RecordUnderTest {
  readonly pool: PostgresPool;
  /** The way that the adapters take, and the one straight to the server. */
  readonly url: string;
  readonly directUrl: string;
  /** Past the adapters, as the owner of the schema. */
  readonly owner: pg.Client;
}

interface EntryRow {
  readonly customer_id: string;
  readonly seq: string;
  readonly at: Date;
  readonly kind: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: string;
  readonly request_id: string | null;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const maxOpen = 20;
const idempotencyKey = Buffer.alloc(32, 7);

/** A record in a database of its own, reached directly or through the transaction-mode pooler. */
export async function openPostgresRecord(way: 'direct' | 'pooled'): Promise<PostgresRecord> {
  const database = await createTestDatabase();
  const url = way === 'direct' ? database.url : database.pooledUrl;
  const pools = [new PostgresPool({ url }), new PostgresPool({ url })] as const;
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  let skewMs = 0;
  return {
    ...adaptersOn(pools[0]),
    peer: adaptersOn(pools[1]),
    pool: pools[0],
    url,
    directUrl: database.url,
    owner,
    maxOpen,
    async advance(ms) {
      skewMs += ms;
      await owner.query(
        `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
         return pg_catalog.date_trunc('milliseconds', pg_catalog.now() + interval '${skewMs} milliseconds')`,
      );
    },
    async activity(customerId) {
      const { rows } = await owner.query<EntryRow>(
        'select * from fieldgate.activity_entries where customer_id = $1 order by seq',
        [customerId],
      );
      return rows.map(entryOf);
    },
    async close() {
      await owner.end();
      await Promise.all(pools.map((pool) => pool.close()));
      await database.drop();
    },
  };
}

const adaptersOn = (pool: PostgresPool): RecordAdapters => ({
  unitOfWork: new PostgresUnitOfWork(pool),
  proposals: new PostgresCommandProposals(pool, maxOpen),
  ledger: new PostgresCommandLedger(pool),
  records: new PostgresCommandRecords(pool),
  deadlines: new PostgresCommandDeadlines(pool),
  devices: new PostgresDeviceDirectory(pool),
  members: new PostgresMemberDirectory(pool),
  epochs: new PostgresDispatchEpochs(pool),
  idempotency: new PostgresIdempotencyRecords(pool, idempotencyKey),
});

const entryOf = (row: EntryRow): LoggedEntry => ({
  customerId: row.customer_id,
  seq: Number(row.seq),
  at: row.at,
  kind: row.kind,
  actor: { kind: row.actor_kind, id: row.actor_id },
  subject: { kind: row.subject_kind, id: row.subject_id },
  data: row.data,
  requestId: row.request_id,
  prevHash: row.prev_hash.toString('hex'),
  hash: row.hash.toString('hex'),
});
