import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthRefusal } from './auth-refusals.js';
import { authRefusals } from './auth-refusals.js';
import { Fault } from '../../../domain/shared/fault.js';

/** Supabase Auth's form of an error: `code` is the status, `error_code` the name that clients branch on. */
export function refuse(reply: FastifyReply, refusal: AuthRefusal): FastifyReply {
  const { status, msg } = authRefusals[refusal];
  return reply.code(status).send({ code: status, error_code: refusal, msg });
}

export function answerAuthError(error: FastifyError | Fault, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof Fault && error.retryAfterMs !== undefined) {
    void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
  }
  const refusal = refusalOf(error);
  if (refusal === 'unexpected_failure') request.log.error({ err: error }, 'sign-in failed');
  return refuse(reply, refusal);
}

function refusalOf(error: FastifyError | Fault): AuthRefusal {
  if (error instanceof Fault) {
    if (error.kind === 'too_many') return 'over_request_rate_limit';
    if (error.kind === 'unavailable') return 'request_timeout';
    return error.kind === 'invalid' ? 'validation_failed' : 'unexpected_failure';
  }
  if (error.validation !== undefined) return 'validation_failed';
  return error.statusCode !== undefined && error.statusCode < 500 ? 'bad_json' : 'unexpected_failure';
}
