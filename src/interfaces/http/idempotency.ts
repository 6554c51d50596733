import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import { createUnderKey, idempotencyKeyOf } from './creation-under-key.js';
import type { HttpServerOptions } from './http-server-options.js';

export interface Creation<Answer> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  /** The body as it was understood. */
  readonly body: JsonObject;
  /** Creates it. A call that is repeated after a crash brings the same `operationId`. */
  readonly create: (operationId: string) => Promise<Answer>;
}

/** Creates something and answers 201; with an `Idempotency-Key`, at most once for the key. */
export async function createOnce<Answer>(
  options: Pick<HttpServerOptions, 'idempotency' | 'digests' | 'ids'>,
  { request, reply, caller, body, create }: Creation<Answer>,
): Promise<Answer> {
  void reply.code(201);
  const key = idempotencyKey(request);
  if (key === null) return await create(options.ids.uuid());

  const [path = ''] = request.url.split('?');
  const { method, log } = request;
  const route = request.routeOptions.url ?? path;
  const creation = { key, caller, method, route, path, body, log, create };
  const { answer, replayed } = await createUnderKey(options, creation);
  if (replayed !== null) void reply.code(replayed.status).header('idempotency-replayed', 'true');
  return answer;
}

/** In the header it may be a quoted string, as draft-ietf-httpapi-idempotency-key-header has it. */
function idempotencyKey({ headers }: FastifyRequest): string | null {
  const given = headers['idempotency-key'];
  if (given === undefined) return null;
  const key = typeof given === 'string' ? idempotencyKeyOf(given) : null;
  if (key !== null) return key;
  throw generalFaults.invalid_request(undefined, {
    errors: [{ path: 'Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters' }],
  });
}
