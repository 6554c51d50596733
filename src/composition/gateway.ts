import { container as rootContainer } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import type { Logger } from 'pino';
import { openSigningKeys } from '../infrastructure/signing/signing-keys.js';
import { PrometheusMetrics } from '../infrastructure/telemetry/prometheus-metrics.js';
import { buildHttpServer } from '../interfaces/http/http-server.js';
import type { HttpServer } from '../interfaces/http/http-server.js';
import { version } from './build-info.js';
import type { Config } from './config.js';
import { httpOptions } from './http-options.js';
import { Lifecycle } from './lifecycle.js';
import { openDatabase, prepareDatabase, providePostgres } from './open-database.js';
import { openDispatch } from './open-dispatch.js';
import { openIdentity } from './open-identity.js';
import { provideSigning } from './provide-signing.js';
import { startLoops } from './start-loops.js';
import { stopListening } from './stop-listening.js';
import { provideUseCases } from './use-cases.js';

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
  const keys = await openSigningKeys({ grantSigningKey: config.GRANT_SIGNING_KEY, dataDir: config.DATA_DIR });
  const database = await openDatabase(config, log, lifecycle);
  await prepareDatabase(database, log);

  const container = rootContainer.createChildContainer();
  provideSigning(container, keys);
  const settings = { maxOpenCommands: config.MAX_OPEN_COMMANDS, idempotencyKey: keys.idempotencyKey };
  providePostgres(container, database, settings, lifecycle);
  const dispatch = await openDispatch(config, container, log, lifecycle);
  const identity = await openIdentity(config, container, database, log);
  await identity.makeFirstAdmin();
  provideUseCases(container);
  override?.(container);

  const shutdown = new AbortController();
  // Everything is resolved here, so that a missing binding stops the start and not the first request.
  const options = httpOptions(container, config, log, {
    probes: { database: () => database.clock.sync(), dispatch: dispatch.probe, identity: identity.probe },
    localIdentity: identity.routes,
    shutdown: shutdown.signal,
  });
  const app = buildHttpServer(options);
  await serveMetrics(app, config, log, lifecycle);
  const loops = startLoops(container, database, log);
  lifecycle.opened('background loops', () => loops.stop());
  const url = await app.listen({ host: config.HOST, port: config.PORT });
  lifecycle.opened('http server', () => stopListening(app, config.SHUTDOWN_GRACE_MS));
  log.info(
    { url, version, database: database.mode, dispatch: dispatch.mode, identity: identity.mode },
    'ready',
  );

  let stopped: Promise<void> | undefined;
  return {
    url,
    container,
    stop: () => {
      shutdown.abort();
      return (stopped ??= lifecycle.close());
    },
  };
}

async function serveMetrics(
  app: HttpServer,
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
): Promise<void> {
  if (config.METRICS_PORT === null) return;
  const metrics = new PrometheusMetrics();
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  const served = await metrics.serve(config.HOST, config.METRICS_PORT);
  lifecycle.opened('metrics', () => served.stop());
  log.info({ port: served.port }, 'metrics are served');
}
