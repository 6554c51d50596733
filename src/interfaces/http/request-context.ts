import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Ids } from '../../application/ports/ids.js';
import type { HttpServerOptions } from './http-server-options.js';

const requestIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values; all zeros is no trace. */
const traceparentPattern =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** The client's own id where it is one that can be logged and passed on as it is, else a new one. */
export const requestIdOf = (request: IncomingMessage, ids: Ids): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : ids.uuid();
};

/** The trace that the request is part of; null when it names none or names it wrongly. */
export function traceIdOf(request: IncomingMessage): string | null {
  const given = request.headers['traceparent'];
  return (typeof given === 'string' ? traceparentPattern.exec(given)?.[1] : null) ?? null;
}

/** Lets a request be followed: its id on the answer and in whatever it causes. */
export function followRequests(app: FastifyInstance, { withRequestId }: HttpServerOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    withRequestId(request.id, done);
  });
  // Reading a body is driven by the socket, which knows nothing of the request's context.
  app.addHook('preValidation', (request, _reply, done) => {
    withRequestId(request.id, done);
  });
}
