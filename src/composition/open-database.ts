import type { DependencyContainer } from 'tsyringe';
import type { Logger } from 'pino';
import { startEmbeddedPostgres } from '../infrastructure/embedded-postgres/embedded-postgres.js';
import { runningEmbeddedPostgres } from '../infrastructure/embedded-postgres/running-server.js';
import { applyMigrations, migrationsFolder } from '../infrastructure/postgres/migrator.js';
import { WalledSession } from '../infrastructure/postgres/walled-session.js';
import { PostgresActivityLog } from '../infrastructure/postgres/postgres-activity-log.js';
import { PostgresApiKeys } from '../infrastructure/postgres/postgres-api-keys.js';
import { PostgresApprovalPolicies } from '../infrastructure/postgres/postgres-approval-policies.js';
import { PostgresBreakGlassReviews } from '../infrastructure/postgres/postgres-break-glass-reviews.js';
import { requireCustomerRole } from '../infrastructure/postgres/customer-scope.js';
import { PostgresClock } from '../infrastructure/postgres/postgres-clock.js';
import { PostgresCommandCensus } from '../infrastructure/postgres/postgres-command-census.js';
import { PostgresCommandDeadlines } from '../infrastructure/postgres/postgres-command-deadlines.js';
import { PostgresCommandLedger } from '../infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../infrastructure/postgres/postgres-command-proposals.js';
import { PostgresCommandRecords } from '../infrastructure/postgres/postgres-command-records.js';
import { PostgresDeviceDirectory } from '../infrastructure/postgres/postgres-device-directory.js';
import { PostgresDispatchEpochs } from '../infrastructure/postgres/postgres-dispatch-epochs.js';
import { PostgresHistory } from '../infrastructure/postgres/postgres-history.js';
import type { AnswerKeys } from '../infrastructure/postgres/answer-cipher.js';
import { PostgresIdempotencyRecords } from '../infrastructure/postgres/postgres-idempotency-records.js';
import { PostgresLocalAccounts } from '../infrastructure/postgres/postgres-local-accounts.js';
import { PostgresLocalFactors } from '../infrastructure/postgres/postgres-local-factors.js';
import { PostgresLocalSessions } from '../infrastructure/postgres/postgres-local-sessions.js';
import { PostgresMemberDirectory } from '../infrastructure/postgres/postgres-member-directory.js';
import { PostgresSessionDirectory } from '../infrastructure/postgres/postgres-session-directory.js';
import { PostgresMemberRoles } from '../infrastructure/postgres/postgres-member-roles.js';
import { PostgresPool } from '../infrastructure/postgres/postgres-pool.js';
import { PostgresStandingGrants } from '../infrastructure/postgres/postgres-standing-grants.js';
import { RecentCommands } from '../infrastructure/postgres/recent-commands.js';
import { PostgresUnitOfWork } from '../infrastructure/postgres/postgres-unit-of-work.js';
import type { WatchBatches } from '../infrastructure/postgres/group-commit.js';
import type { Config } from './config.js';
import type { Lifecycle } from './lifecycle.js';
import { provide } from './provide.js';
import { currentCustomer } from './request-context.js';
import * as port from './tokens.js';

export interface Database {
  readonly mode: 'embedded' | 'postgres';
  readonly pool: PostgresPool;
  readonly clock: PostgresClock;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
}

/** The database that the configuration names, or a private one of the gateway's own. */
export async function openDatabase(config: Config, log: Logger, lifecycle: Lifecycle): Promise<Database> {
  return connect(config, config.DATABASE_URL ?? (await openEmbedded(config, log, lifecycle)), log, lifecycle);
}

/** The same, for a program that works beside a gateway: it uses the private one of a gateway that is running. */
export async function visitDatabase(config: Config, log: Logger, lifecycle: Lifecycle): Promise<Database> {
  const running = config.DATABASE_URL ?? (await runningEmbeddedPostgres(config.DATA_DIR));
  return connect(config, running ?? (await openEmbedded(config, log, lifecycle)), log, lifecycle);
}

function connect(config: Config, url: string, log: Logger, lifecycle: Lifecycle): Database {
  const pool = new PostgresPool({
    url,
    maxConnections: config.DATABASE_POOL_SIZE,
    onLostConnection: (error) => {
      log.warn({ err: error }, 'an idle database connection was lost');
    },
  });
  lifecycle.opened('database pool', () => pool.close());
  const clock = new PostgresClock(pool);
  return {
    mode: config.DATABASE_URL === undefined ? 'embedded' : 'postgres',
    pool,
    clock,
    ping: () => clock.sync(),
  };
}

async function openEmbedded(config: Config, log: Logger, lifecycle: Lifecycle): Promise<string> {
  const embedded = await startEmbeddedPostgres({
    dataDir: config.DATA_DIR,
    log: (message) => {
      log.info({ dataDir: config.DATA_DIR }, message);
    },
  });
  lifecycle.opened('embedded postgres', () => embedded.stop());
  return embedded.url;
}

/** Brings the database up to date and follows its clock. Rejects when its user may not act for customers. */
export async function prepareDatabase({ pool, clock }: Database, log: Logger): Promise<readonly string[]> {
  const { applied } = await applyMigrations(pool.driver, migrationsFolder());
  if (applied.length > 0) log.info({ applied }, 'migrations applied');
  await requireCustomerRole(pool);
  await clock.sync();
  return applied;
}

/** Who hears of the batches that share a commit, by what they write. */
export interface BatchWatches {
  readonly proposals?: WatchBatches;
  readonly ledger?: WatchBatches;
}

/** Everything that Postgres serves. */
export function providePostgres(
  container: DependencyContainer,
  { pool, clock }: Database,
  settings: { readonly maxOpenCommands: number; readonly idempotencyKeys: AnswerKeys },
  lifecycle: Lifecycle,
  watches: BatchWatches = {},
): void {
  const recent = new RecentCommands(clock);
  // What a customer asks for is answered from behind that customer's wall; what is not theirs alone, from the pool.
  const walled = new WalledSession(pool, currentCustomer);
  const ledger = new PostgresCommandLedger(pool, recent, watches.ledger);
  const proposals = new PostgresCommandProposals(pool, settings.maxOpenCommands, recent, watches.proposals);
  lifecycle.opened('group commit', async () => {
    await Promise.all([ledger.drain(), proposals.drain()]);
  });
  provide(container, port.ACTIVITY_LOG, () => new PostgresActivityLog(walled, pool));
  provide(container, port.API_KEYS, () => new PostgresApiKeys(walled));
  provide(container, port.CLOCK, () => clock);
  provide(container, port.APPROVAL_POLICIES, () => new PostgresApprovalPolicies(walled));
  provide(container, port.COMMAND_LEDGER, () => ledger);
  provide(container, port.COMMAND_PROPOSALS, () => proposals);
  provide(container, port.COMMAND_RECORDS, () => new PostgresCommandRecords(walled));
  provide(container, port.COMMAND_CENSUS, () => new PostgresCommandCensus(pool));
  provide(container, port.COMMAND_DEADLINES, () => new PostgresCommandDeadlines(pool));
  provide(container, port.DEVICE_DIRECTORY, () => new PostgresDeviceDirectory(pool, walled));
  provide(container, port.DISPATCH_EPOCHS, () => new PostgresDispatchEpochs(pool));
  provide(container, port.HISTORY, () => new PostgresHistory(pool));
  provide(container, port.LOCAL_ACCOUNTS, () => new PostgresLocalAccounts(pool));
  provide(container, port.LOCAL_FACTORS, () => new PostgresLocalFactors(pool));
  provide(container, port.LOCAL_SESSIONS, () => new PostgresLocalSessions(pool));
  provide(container, port.MEMBER_DIRECTORY, () => new PostgresMemberDirectory(pool, walled));
  provide(container, port.MEMBER_ROLES, () => new PostgresMemberRoles(walled));
  provide(container, port.STANDING_GRANTS, () => new PostgresStandingGrants(walled));
  provide(container, port.BREAK_GLASS_REVIEWS, () => new PostgresBreakGlassReviews(walled));
  provide(container, port.SESSION_DIRECTORY, () => new PostgresSessionDirectory(walled));
  provide(
    container,
    port.UNIT_OF_WORK,
    () => new PostgresUnitOfWork(pool, settings.maxOpenCommands, currentCustomer),
  );
  provide(
    container,
    port.IDEMPOTENCY_RECORDS,
    () => new PostgresIdempotencyRecords(walled, settings.idempotencyKeys),
  );
}
