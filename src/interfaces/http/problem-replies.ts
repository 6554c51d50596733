import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { statusOf } from './fault-codes.js';
import { problemMediaType, problemOf, retryAfterSeconds } from './problem.js';

/** Every error that leaves this server is a problem; what nobody foresaw is logged whole and told in one word. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultOf(error);
  const status = statusOf(fault);
  note(request, fault, status);
  const retryAfter = retryAfterSeconds(fault);
  if (retryAfter !== null) void reply.header('retry-after', String(retryAfter));
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return (
    reply
      .code(status)
      .header('cache-control', 'no-store')
      .type(problemMediaType)
      // As bytes: the media type of problems has no charset parameter.
      .send(Buffer.from(JSON.stringify(problemOf(fault, request.id))))
  );
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) return generalFaults.internal(undefined, { cause: error });
  const { code, statusCode } = error as Error & { readonly code?: unknown; readonly statusCode?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return generalFaults.payload_too_large('The body is larger than 1 MiB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return generalFaults.unsupported_media_type('Send application/json.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return generalFaults.not_found();
    case 'FST_ERR_BAD_URL':
      return generalFaults.invalid_request('The path is not well formed.');
    default: {
      // What the framework found wrong with a request, such as a body shorter than it was announced.
      const refused = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
      return refused
        ? generalFaults.invalid_request(undefined, { cause: error })
        : generalFaults.internal(undefined, { cause: error });
    }
  }
}

function note(request: FastifyRequest, fault: Fault, status: number): void {
  if (status < 500) return;
  const err = fault.cause instanceof Error ? fault.cause : fault;
  if (status === 500) request.log.error({ err }, 'the request failed');
  else request.log.warn({ err, code: fault.code }, 'the request cannot be served now');
}
