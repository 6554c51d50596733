import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Ids } from '../../application/ports/ids.js';
import type { HttpServerOptions, RequestContext } from './http-server-options.js';

const requestIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values; all zeros is no trace. */
const traceparentPattern =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** Whether an id that a client gave can be logged and passed on as it is. */
export const isRequestId = (given: unknown): given is string =>
  typeof given === 'string' && requestIdPattern.test(given);

/** The client's own id where it is one that can be logged and passed on as it is, else a new one. */
export const requestIdOf = (request: IncomingMessage, ids: Ids): string => {
  const given = request.headers['x-request-id'];
  return isRequestId(given) ? given : ids.uuid();
};

/** The trace that the request is part of; null when it names none or names it wrongly. */
export function traceIdOf(request: IncomingMessage): string | null {
  const given = request.headers['traceparent'];
  return (typeof given === 'string' ? traceparentPattern.exec(given)?.[1] : null) ?? null;
}

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext | null;
  }
}

/** Lets a request be followed: its id on the answer and in whatever it causes. */
export function followRequests(app: FastifyInstance, { withRequestContext }: HttpServerOptions): void {
  app.decorateRequest('context', null);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    request.context = { requestId: request.id, customerId: null };
    withRequestContext(request.context, done);
  });
  // Reading a body is driven by the socket, which knows nothing of the request's context.
  app.addHook('preValidation', (request, _reply, done) => {
    withRequestContext(contextOf(request), done);
  });
}

/** From here on the request is known to be the customer's, and sees nobody else's rows. */
export function serveCustomer(request: FastifyRequest, customerId: string): void {
  contextOf(request).customerId = customerId;
}

function contextOf({ context }: FastifyRequest): RequestContext {
  if (context === null) throw new Error('a request was served without its context');
  return context;
}
