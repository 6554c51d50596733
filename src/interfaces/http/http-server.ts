import cors from '@fastify/cors';
import fastify, { LogController } from 'fastify';
import type { onRequestHookHandler } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { refuseBrokenRequest } from './broken-requests.js';
import { customerRoutes } from './customer/customer-routes.js';
import { signedInDeviceRoutes, strangerRoutes } from './device/device-routes.js';
import { serveDocs } from './docs-page.js';
import type { HttpApp } from './http-app.js';
import type { HttpServerOptions } from './http-server-options.js';
import { acceptOnlyJson } from './json-bodies.js';
import { serveLocalIdentity } from './local-identity-door.js';
import { describeSockets } from '../ws/async-api.js';
import { customerAudience } from '../ws/customer/customer-audience.js';
import { deviceAudience } from '../ws/device/device-audience.js';
import { SocketDoor } from '../ws/socket-door.js';
import { describeApi } from './openapi.js';
import { answerWithProblems, sendProblem } from './problem-replies.js';
import { servePortal } from './portal/portal-door.js';
import { publicRoutes } from './public/public-routes.js';
import { followRequests, requestIdOf, traceIdOf } from './request-context.js';
import { logRequests, RequestLog } from './request-log.js';
import { protectAnswers } from './security-headers.js';
import { refuseUnknownRoutes } from './unknown-routes.js';
import { useZod } from './zod-compilers.js';

export type HttpServer = HttpApp;

/** How often slow requests are looked for: one may last that much longer than it should. */
const slowRequestCheckMs = 1_000;
const bodyLimitBytes = 1_048_576;

/**
 * The HTTP door, not listening yet. Nothing is loaded before the server is awaited, made ready or listens, so
 * hooks that are added right away apply to every route.
 */
export function buildHttpServer(options: HttpServerOptions): HttpServer {
  const app = create(options);
  followRequests(app, options);
  logRequests(app, options.requestLogShare);
  refuseWhileClosing(app);
  requireHost(app);
  answerWithProblems(app);
  refuseUnknownRoutes(app);
  acceptOnlyJson(app);
  useZod(app);
  protectAnswers(app);
  allowOrigins(app, options);
  describeApi(app, options);
  serveDocs(app);
  serve(app, options);
  return app;
}

function create(options: HttpServerOptions): HttpApp {
  const { logger, ids, timeouts, trustProxy } = options;
  return fastify({
    loggerInstance: logger,
    genReqId: (request) => requestIdOf(request, ids),
    // One line for each request is enough, and it is written by ourselves.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    childLoggerFactory: (parent, bindings, childOptions, request) =>
      new RequestLog(() => {
        const traceId = traceIdOf(request);
        return parent.child(traceId === null ? bindings : { ...bindings, traceId }, childOptions);
      }),
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: timeouts.keepAliveMs,
    requestTimeout: timeouts.requestMs,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: slowRequestCheckMs,
      // Clients offer HTTP/2 by `Upgrade: h2c`: an offer that is not taken is passed over (RFC 9110, section 7.8).
      shouldUpgradeCallback: ({ headers }) => /\bwebsocket\b/i.test(headers.upgrade ?? ''),
      // Refused by ourselves, as a problem.
      requireHostHeader: false,
    },
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      refuseBrokenRequest(error, socket, ids);
    },
  }).withTypeProvider<ZodTypeProvider>();
}

/** Connections that are kept alive may still ask something after the listener has closed, and had better not. */
function refuseWhileClosing(app: HttpApp): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing ? generalFaults.shutting_down(undefined, { retryAfterMs: 1_000 }) : undefined);
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Whoever names no host is told so, as of everything else that is wrong (RFC 9112, section 3.2). */
function requireHost(app: HttpApp): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const isMissing = raw.headers.host === undefined && raw.httpVersion === '1.1';
    done(isMissing ? generalFaults.invalid_request('The request names no host.') : undefined);
  });
  // Nobody has to meet what a request expects beyond `100-continue` (RFC 9110, section 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
}

function allowOrigins(app: HttpApp, { corsOrigins }: HttpServerOptions): void {
  if (corsOrigins.length === 0) return;
  app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'X-Request-ID',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'Idempotency-Replayed',
      'ETag',
    ],
    maxAge: 600,
    // Whatever else comes by OPTIONS is answered like a preflight, and not by a text that is no problem.
    strictPreflight: false,
  });
}

/** Who may call what: everybody, strangers with a secret, signed-in devices, people. */
function serve(app: HttpApp, options: HttpServerOptions): void {
  const part = (prefix: string, routes: (scope: HttpApp, options: HttpServerOptions) => void): void => {
    app.register(
      (scope, _options, done) => {
        const typed = scope.withTypeProvider<ZodTypeProvider>();
        if (prefix !== '') typed.addHook('onRequest', neverCached);
        routes(typed, options);
        done();
      },
      { prefix },
    );
  };
  const [devices, people] = [deviceAudience(options), customerAudience(options)];
  const asyncApi = describeSockets([devices, people], options.version);
  part('', (scope) => {
    publicRoutes(scope, options, asyncApi);
  });
  part('/api/v1/device', strangerRoutes);
  part('/api/v1/device', signedInDeviceRoutes);
  part('/api/v1/customer', customerRoutes);
  serveLocalIdentity(app, options);
  servePortal(app, options);
  const sockets = new SocketDoor(app, options);
  sockets.serve(devices);
  sockets.serve(people);
}

/** Answers are about this moment and this caller, and some hold secrets. */
const neverCached: onRequestHookHandler = (_request, reply, done) => {
  void reply.header('cache-control', 'no-store');
  done();
};
