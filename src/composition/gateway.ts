import { setTimeout } from 'node:timers/promises';
import type { DependencyContainer } from 'tsyringe';
import type { Logger } from 'pino';
import { ReconcileDispatch } from '../application/dispatch/reconcile-dispatch.js';
import type { PrometheusMetrics } from '../infrastructure/telemetry/prometheus-metrics.js';
import { buildHttpServer } from '../interfaces/http/http-server.js';
import { version } from './build-info.js';
import { announce } from './announce.js';
import type { Config } from './config.js';
import { httpOptions } from './http-options.js';
import { Lifecycle } from './lifecycle.js';
import { measure, measureRequests } from './measure.js';
import { openContainer } from './open-container.js';
import { openDatabase } from './open-database.js';
import { observe } from './observe.js';
import { openIdentity } from './open-identity.js';
import { use } from './provide.js';
import { startLoops } from './start-loops.js';
import { stopListening, watchConnections } from './stop-listening.js';
import { openTracing, traceRequests } from './trace.js';

export interface Gateway {
  /** Where it listens. */
  readonly url: string;
  readonly container: DependencyContainer;
  /** Stops in order, each stage logged. Calling it again waits for the same stop. */
  stop(): Promise<void>;
}

/** Swaps adapters before anything is built from them: `(container) => provide(container, CLOCK, () => mine)`. */
export type Override = (container: DependencyContainer) => void;

/** Opens everything in order: database, migrations, dispatch, identity, use cases, doors. */
export async function startGateway(config: Config, log: Logger, override?: Override): Promise<Gateway> {
  const lifecycle = new Lifecycle((message, facts) => {
    log.info(facts, message);
  });
  try {
    return await open(config, log, lifecycle, override);
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

async function open(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
  override?: Override,
): Promise<Gateway> {
  const traces = await openTracing(config, log, lifecycle);
  const metrics = config.METRICS_PORT === null ? null : await openMetrics();
  const opened = await openContainer(config, log, lifecycle, openDatabase, {
    ...(metrics && {
      proposals: (batch) => metrics.observeBatch('proposals', batch),
      ledger: (batch) => metrics.observeBatch('ledger', batch),
    }),
  });
  const { container, database, dispatch } = opened;
  override?.(container);
  const observers = [announce(container, lifecycle), metrics?.commands, traces?.commands];
  observe(
    container,
    observers.filter((observer) => observer !== undefined),
    log,
  );
  if (metrics !== null) measure(container, metrics);
  const identity = await openIdentity(config, container, log);
  await identity.makeFirstAdmin();

  const shutdown = new AbortController();
  // Everything is resolved here, so that a missing binding stops the start and not the first request.
  const options = httpOptions(container, config, log, {
    probes: { database: () => database.ping(), dispatch: dispatch.probe, identity: identity.probe },
    localIdentity: identity.routes,
    system: {
      build: config.BUILD_ID ?? null,
      adapters: { database: database.mode, dispatch: dispatch.mode, identity: identity.mode },
    },
    shutdown: shutdown.signal,
    socketMeter: metrics?.sockets ?? null,
  });
  const app = buildHttpServer(options);
  if (traces !== null) traceRequests(app, traces);
  if (metrics !== null) {
    measureRequests(app, metrics);
    await serveMetrics(metrics, config, log, lifecycle);
  }
  await rebuildDispatch(container, log);
  const loops = startLoops(opened, log);
  lifecycle.opened('background loops', () => loops.stop());
  const busy = watchConnections(app);
  const url = await app.listen({ host: config.HOST, port: config.PORT });
  const graceMs = config.SHUTDOWN_GRACE_MS - config.SHUTDOWN_NOTICE_MS;
  lifecycle.opened('http server', () => stopListening(app, busy, graceMs));
  log.info(
    { url, version, database: database.mode, dispatch: dispatch.mode, identity: identity.mode },
    'ready',
  );

  const stop = async (): Promise<void> => {
    shutdown.abort();
    log.info({ noticeMs: config.SHUTDOWN_NOTICE_MS }, 'not ready any more');
    // Still listening, so that whoever asks learns that it should send nothing more.
    await setTimeout(config.SHUTDOWN_NOTICE_MS);
    await lifecycle.close();
  };
  let stopped: Promise<void> | undefined;
  return { url, container, stop: () => (stopped ??= stop()) };
}

/** Before the first poll is answered: a dispatch store that has just begun knows nothing of what waits. */
async function rebuildDispatch(container: DependencyContainer, log: Logger): Promise<void> {
  try {
    await use(container, ReconcileDispatch).execute();
  } catch (error) {
    log.warn(
      { err: error },
      'the dispatch store could not be filled yet; the background loop goes on trying',
    );
  }
}

/** Loaded only where it is wanted: the client library brings a part of OpenTelemetry along. */
async function openMetrics(): Promise<PrometheusMetrics> {
  const { PrometheusMetrics } = await import('../infrastructure/telemetry/prometheus-metrics.js');
  return new PrometheusMetrics();
}

async function serveMetrics(
  metrics: PrometheusMetrics,
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
): Promise<void> {
  const served = await metrics.serve(config.HOST, config.METRICS_PORT ?? 0);
  lifecycle.opened('metrics', () => served.stop());
  log.info({ port: served.port }, 'metrics are served');
}
