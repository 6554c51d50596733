import type { Logger } from 'pino';
import type { Traces } from '../infrastructure/telemetry/open-traces.js';
import type { IncomingRequest, RequestSpan } from '../infrastructure/telemetry/request-tracer.js';
import type { HttpServer } from '../interfaces/http/http-server.js';
import { version } from './build-info.js';
import type { Config } from './config.js';
import type { Lifecycle } from './lifecycle.js';

/** The last thing that a stop waits for, out of what the doors leave of its grace. */
const mostFlushMs = 2_000;

/**
 * Opened first and closed last, so that it hears of everything. Null when no receiver is configured; then
 * OpenTelemetry is not even loaded.
 */
export async function openTracing(config: Config, log: Logger, lifecycle: Lifecycle): Promise<Traces | null> {
  if (config.traces === null) return null;
  const { openTraces } = await import('../infrastructure/telemetry/open-traces.js');
  const traces = await openTraces(config.traces, version, {
    failed: (error) => {
      log.warn({ err: error }, 'traces cannot be delivered');
    },
    worksAgain: () => {
      log.info('traces are delivered again');
    },
  });
  lifecycle.opened('traces', () => traces.stop(Math.min(mostFlushMs, config.SHUTDOWN_GRACE_MS / 8)));
  return traces;
}

type ArrivedRequest = Omit<IncomingRequest, 'route' | 'scheme'> & {
  readonly protocol: string;
  readonly routeOptions: { readonly url?: string | undefined };
};

/** A span for every request, from its head to the end of its answer. */
export function traceRequests(app: HttpServer, { requests }: Traces): void {
  const spans = new WeakMap<object, RequestSpan>();
  const begin = (request: ArrivedRequest): RequestSpan => {
    const { id, method, url, protocol: scheme, headers, routeOptions } = request;
    return requests.started({ id, method, route: routeOptions.url ?? null, url, scheme, headers });
  };
  app.addHook('onRequest', (request, reply, done) => {
    const span = begin(request);
    spans.set(request, span);
    // Not with `onResponse`, which says nothing of a client that hung up.
    reply.raw.once('close', () => {
      requests.answered(span, reply.raw.writableFinished ? reply.statusCode : null);
    });
    requests.within(span, done);
  });
  // Reading a body is driven by the socket, which knows nothing of the request's context.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else requests.within(span, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    // Refused before it came this far, since the gateway is closing.
    if (!spans.has(request)) requests.answered(begin(request), reply.statusCode);
    done();
  });
}
