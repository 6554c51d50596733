import pg from 'pg';

import { fixedKeys } from '../support/fixed-keys.js';
import { PostgresActivityLog } from '../../src/infrastructure/postgres/postgres-activity-log.js';
import { PostgresApiKeys } from '../../src/infrastructure/postgres/postgres-api-keys.js';
import { PostgresApprovalPolicies } from '../../src/infrastructure/postgres/postgres-approval-policies.js';
import { PostgresBreakGlassReviews } from '../../src/infrastructure/postgres/postgres-break-glass-reviews.js';
import { PostgresClock } from '../../src/infrastructure/postgres/postgres-clock.js';
import { PostgresCommandCensus } from '../../src/infrastructure/postgres/postgres-command-census.js';
import { PostgresCommandDeadlines } from '../../src/infrastructure/postgres/postgres-command-deadlines.js';
import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../../src/infrastructure/postgres/postgres-command-proposals.js';
import { PostgresCommandRecords } from '../../src/infrastructure/postgres/postgres-command-records.js';
import { PostgresDeviceDirectory } from '../../src/infrastructure/postgres/postgres-device-directory.js';
import { PostgresDispatchEpochs } from '../../src/infrastructure/postgres/postgres-dispatch-epochs.js';
import { PostgresHistory } from '../../src/infrastructure/postgres/postgres-history.js';
import { PostgresIdempotencyRecords } from '../../src/infrastructure/postgres/postgres-idempotency-records.js';
import { PostgresMemberDirectory } from '../../src/infrastructure/postgres/postgres-member-directory.js';
import { PostgresMemberRoles } from '../../src/infrastructure/postgres/postgres-member-roles.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { PostgresSessionDirectory } from '../../src/infrastructure/postgres/postgres-session-directory.js';
import { PostgresStandingGrants } from '../../src/infrastructure/postgres/postgres-standing-grants.js';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work.js';
import { RecentCommands } from '../../src/infrastructure/postgres/recent-commands.js';
import { createTestDatabase } from '../support/postgres.js';
import { readActivity } from './postgres-activity.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';

/** Its lanes can be waited for. */
interface PostgresAdapters extends RecordAdapters {
  readonly proposals: PostgresCommandProposals;
  readonly ledger: PostgresCommandLedger;
}

export interface PostgresRecord extends Omit<RecordUnderTest, keyof PostgresAdapters>, PostgresAdapters {
  readonly pool: PostgresPool;
  /** The way that the adapters take, and the one straight to the server. */
  readonly url: string;
  readonly directUrl: string;
  /** Past the adapters, as the owner of the schema. */
  readonly owner: pg.Client;
}

const maxOpen = 20;
const idempotencyKeys = fixedKeys(Buffer.alloc(32, 7));

/** A record in a database of its own, reached directly or through the transaction-mode pooler. */
export async function openPostgresRecord(way: 'direct' | 'pooled'): Promise<PostgresRecord> {
  const database = await createTestDatabase();
  const url = way === 'direct' ? database.url : database.pooledUrl;
  const pools = [new PostgresPool({ url }), new PostgresPool({ url })] as const;
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  let skewMs = 0;
  return {
    ...(await adaptersOn(pools[0])),
    peer: await adaptersOn(pools[1]),
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
    activity: (customerId) => readActivity(owner, customerId),
    async close() {
      await owner.end();
      await Promise.all(pools.map((pool) => pool.close()));
      await database.drop();
    },
  };
}

async function adaptersOn(pool: PostgresPool): Promise<PostgresAdapters> {
  const clock = new PostgresClock(pool);
  await clock.sync();
  const recent = new RecentCommands(clock);
  return {
    unitOfWork: new PostgresUnitOfWork(pool, maxOpen),
    proposals: new PostgresCommandProposals(pool, maxOpen, recent),
    ledger: new PostgresCommandLedger(pool, recent),
    records: new PostgresCommandRecords(pool),
    census: new PostgresCommandCensus(pool),
    history: new PostgresHistory(pool),
    log: new PostgresActivityLog(pool, pool),
    deadlines: new PostgresCommandDeadlines(pool),
    devices: new PostgresDeviceDirectory(pool),
    members: new PostgresMemberDirectory(pool),
    sessions: new PostgresSessionDirectory(pool),
    apiKeys: new PostgresApiKeys(pool),
    policies: new PostgresApprovalPolicies(pool),
    roles: new PostgresMemberRoles(pool),
    reviews: new PostgresBreakGlassReviews(pool),
    standingGrants: new PostgresStandingGrants(pool),
    epochs: new PostgresDispatchEpochs(pool),
    idempotency: new PostgresIdempotencyRecords(pool, idempotencyKeys),
  };
}
