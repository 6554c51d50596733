import type { Logger } from 'pino';
import { PurgeHistory } from '../application/activity/purge-history.js';
import { ReconcileDispatch } from '../application/dispatch/reconcile-dispatch.js';
import { SweepDueCommands } from '../application/dispatch/sweep-due-commands.js';
import { LiveHub } from '../application/live/live-hub.js';
import { ExpireSessions } from '../application/session/expire-sessions.js';
import { BackgroundLoops } from './background-loops.js';
import type { OpenedContainer } from './open-container.js';
import { use } from './provide.js';
import { IDEMPOTENCY_RECORDS, LOCAL_SESSIONS } from './tokens.js';

/** A sign-in of the local identity that nobody used for so long is over. */
const idleSignInMs = 30 * 86_400_000;

/** What the gateway does by itself. Every gateway does it: each step is safe to do twice. */
export function startLoops(
  { container, database: { clock }, dispatch }: OpenedContainer,
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
  const rest = { ms: 60_000, afterFailureMs: 1_000 };
  let restsUntil = performance.now() + rest.ms;
  dispatch.whenBack(() => {
    reconcile.placeAnew();
    restsUntil = 0;
  });
  loops.start({
    name: 'place everything',
    // However many there are: a little at a time, and a rest when all of them are.
    everyMs: 250,
    run: async () => {
      if (performance.now() < restsUntil) return;
      restsUntil = performance.now() + rest.afterFailureMs;
      const isPlaced = await reconcile.placeNext();
      restsUntil = isPlaced ? performance.now() + rest.ms : 0;
    },
  });
  loops.start({ name: 'sweep due commands', everyMs: 500, run: () => sweep.execute() });
  const expire = use(container, ExpireSessions);
  loops.start({ name: 'expire sessions', everyMs: 1_000, run: () => expire.execute() });
  loops.start({ name: 'sweep the record', everyMs: 5_000, run: () => sweep.sweepRecord() });
  loops.start({ name: 'follow the clock', everyMs: 30_000, run: () => clock.sync() });
  const live = use(container, LiveHub);
  loops.start({ name: 'compare feeds', everyMs: 2_000, run: () => live.compare() });
  loops.start({ name: 'sweep presence', everyMs: 2_000, run: () => live.sweepPresence() });
  const purge = use(container, PurgeHistory);
  loops.start({
    name: 'purge history',
    everyMs: 60_000,
    run: async () => {
      const purged = await purge.execute();
      if (purged.sessions + purged.commands + purged.entries > 0) log.info(purged, 'history purged');
    },
  });
  const signIns = use(container, LOCAL_SESSIONS);
  loops.start({
    name: 'purge sign-ins',
    everyMs: 3_600_000,
    run: async () => {
      const before = new Date(clock.now().getTime() - idleSignInMs);
      while ((await signIns.forget(before)) > 0);
    },
  });
  loops.start({ name: 'purge idempotency keys', everyMs: 3_600_000, run: () => idempotency.purge() });
  return loops;
}
