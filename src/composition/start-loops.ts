import type { DependencyContainer } from 'tsyringe';
import type { Logger } from 'pino';
import { ReconcileDispatch } from '../application/dispatch/reconcile-dispatch.js';
import { SweepDueCommands } from '../application/dispatch/sweep-due-commands.js';
import { PurgeCommands } from '../application/command/purge-commands.js';
import { BackgroundLoops } from './background-loops.js';
import type { Config } from './config.js';
import type { Database } from './open-database.js';
import { use } from './provide.js';
import { COMMAND_HISTORY, IDEMPOTENCY_RECORDS } from './tokens.js';

const dayMs = 86_400_000;

/** What the gateway does by itself. Every gateway does it: each step is safe to do twice. */
export function startLoops(
  container: DependencyContainer,
  { clock }: Database,
  { COMMAND_RETENTION_DAYS: retentionDays }: Config,
  log: Logger,
): BackgroundLoops {
  const loops = new BackgroundLoops(log);
  const reconcile = use(container, ReconcileDispatch);
  const sweep = use(container, SweepDueCommands);
  const idempotency = use(container, IDEMPOTENCY_RECORDS);
  loops.start({
    name: 'reconcile dispatch',
    everyMs: 1_000,
    run: async () => {
      const { rebuilt, repaired } = await reconcile.execute();
      if (rebuilt > 0) log.warn({ rebuilt }, 'the dispatch store was new or had lost its memory: rebuilt');
      if (repaired > 0) log.debug({ repaired }, 'commands placed that the dispatch store might not know');
    },
  });
  loops.start({ name: 'place everything', everyMs: 60_000, run: () => reconcile.placeEverything() });
  loops.start({ name: 'sweep due commands', everyMs: 500, run: () => sweep.execute() });
  loops.start({ name: 'sweep the record', everyMs: 5_000, run: () => sweep.sweepRecord() });
  loops.start({ name: 'follow the clock', everyMs: 30_000, run: () => clock.sync() });
  const history = use(container, COMMAND_HISTORY);
  const purge = new PurgeCommands(history, retentionDays === 0 ? null : retentionDays * dayMs);
  loops.start({
    name: 'purge commands',
    everyMs: 600_000,
    run: async () => {
      const purged = await purge.execute();
      if (purged > 0) log.info({ purged, retentionDays }, 'commands purged that ended long ago');
    },
  });
  loops.start({ name: 'purge idempotency keys', everyMs: 3_600_000, run: () => idempotency.purge() });
  return loops;
}
