import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReconcileDispatch } from '../src/application/dispatch/reconcile-dispatch.js';
import { readConfig } from '../src/composition/config.js';
import type { Lifecycle } from '../src/composition/lifecycle.js';
import { createLogger } from '../src/composition/logger.js';
import { openContainer } from '../src/composition/open-container.js';
import type { OpenedContainer } from '../src/composition/open-container.js';
import { openDatabase } from '../src/composition/open-database.js';
import { provide, use } from '../src/composition/provide.js';
import { startLoops } from '../src/composition/start-loops.js';
import { SIGN_IN_LIVENESS } from '../src/composition/tokens.js';

/** Everything of a gateway but its doors and its people, in this process: the use cases are called directly. */
export async function openGateway(
  stores: { readonly databaseUrl: string; readonly redisUrl: string; readonly prefix: string },
  lifecycle: Lifecycle,
  { loops = true, connections = 10 }: { readonly loops?: boolean; readonly connections?: number } = {},
): Promise<OpenedContainer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-bench-data-'));
  lifecycle.opened('data', () => rm(dataDir, { recursive: true, force: true }));
  const config = readConfig({
    DATABASE_URL: stores.databaseUrl,
    DATABASE_POOL_SIZE: String(connections),
    REDIS_URL: stores.redisUrl,
    REDIS_PREFIX: stores.prefix,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
  });
  const log = createLogger(config.LOG_LEVEL, false);
  const opened = await openContainer(config, log, lifecycle, openDatabase);
  // Without doors there are no sign-ins, and nobody who could be asked about one.
  provide(opened.container, SIGN_IN_LIVENESS, () => ({ requireAlive: () => Promise.resolve() }));
  await use(opened.container, ReconcileDispatch).execute();
  if (loops) {
    // As in service: sweeping and reconciling take their share.
    const running = startLoops(opened, log);
    lifecycle.opened('background loops', () => running.stop());
  }
  return opened;
}
