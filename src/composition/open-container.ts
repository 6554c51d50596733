import type { Logger } from 'pino';
import { container as rootContainer } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import type { Retention } from '../application/activity/purge-history.js';
import { openSigningKeys } from '../infrastructure/signing/signing-keys.js';
import type { Config } from './config.js';
import type { Lifecycle } from './lifecycle.js';
import type { BatchWatches, Database } from './open-database.js';
import { prepareDatabase, providePostgres } from './open-database.js';
import type { Dispatch } from './open-dispatch.js';
import { openDispatch } from './open-dispatch.js';
import { provideSigning } from './provide-signing.js';
import { provideUseCases } from './use-cases.js';

export interface OpenedContainer {
  readonly container: DependencyContainer;
  readonly database: Database;
  readonly dispatch: Dispatch;
}

/** Opens the stores, in order, and a container in which everything but identity is provided. */
export async function openContainer(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
  openDatabase: (config: Config, log: Logger, lifecycle: Lifecycle) => Promise<Database>,
  watches?: BatchWatches,
): Promise<OpenedContainer> {
  const keys = await openSigningKeys({ grantSigningKey: config.GRANT_SIGNING_KEY, dataDir: config.DATA_DIR });
  const database = await openDatabase(config, log, lifecycle);
  await prepareDatabase(database, log);
  const container = rootContainer.createChildContainer();
  provideSigning(container, keys);
  const settings = { maxOpenCommands: config.MAX_OPEN_COMMANDS, idempotencyKeys: keys.idempotencyKeys };
  providePostgres(container, database, settings, lifecycle, watches);
  const dispatch = await openDispatch(config, container, log, lifecycle);
  provideUseCases(container, retentionOf(config));
  return { container, database, dispatch };
}

const dayMs = 86_400_000;

/** 0 days: for ever. */
const retentionOf = ({ RETENTION_COMMANDS_DAYS, RETENTION_ACTIVITY_DAYS }: Config): Retention => ({
  commandsMs: RETENTION_COMMANDS_DAYS === 0 ? null : RETENTION_COMMANDS_DAYS * dayMs,
  activityMs: RETENTION_ACTIVITY_DAYS === 0 ? null : RETENTION_ACTIVITY_DAYS * dayMs,
});
