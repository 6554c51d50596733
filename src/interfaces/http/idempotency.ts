import { setTimeout } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdempotencyRecords, IdempotencyScope } from '../../application/ports/idempotency-records.js';
import type { Caller } from '../../domain/customer/caller.js';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { HttpServerOptions } from './http-server-options.js';

/** Printable ASCII, bare or as the quoted string of draft-ietf-httpapi-idempotency-key-header. */
const keyPattern = /^[\x21-\x7e]{1,128}$/;

/** For how long an answer waits until a refused or doubtful try is noted. */
const noteMs = 200;

export interface Creation<Answer> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  /** The body as it was understood. */
  readonly body: JsonObject;
  /** Creates it. A call that is repeated after a crash brings the same `operationId`. */
  readonly create: (operationId: string) => Promise<Answer>;
}

/**
 * Creates something and answers 201; with an `Idempotency-Key`, at most once for the key within 24 hours.
 * What was refused leaves the key free. When nobody knows how the first try ended, a repetition goes on under
 * the same operation id: it never creates twice.
 */
export async function createOnce<Answer>(
  { idempotency, digests, ids }: Pick<HttpServerOptions, 'idempotency' | 'digests' | 'ids'>,
  { request, reply, caller, body, create }: Creation<Answer>,
): Promise<Answer> {
  void reply.code(201);
  const key = idempotencyKey(request);
  if (key === null) return await create(ids.uuid());

  const { customerId, id: actorId } = caller.principal;
  const [path = ''] = request.url.split('?');
  const operation = `${request.method} ${request.routeOptions.url ?? path}`;
  const scope: IdempotencyScope = { customerId, actorId, operation, key };
  const fingerprint = digests.of({ method: request.method, path, body });
  const start = await idempotency.begin(scope, fingerprint, ids.uuid());
  switch (start.kind) {
    case 'mismatch':
      throw generalFaults.idempotency_mismatch();
    case 'in_progress':
      throw generalFaults.idempotency_in_progress(undefined, { retryAfterMs: 1_000 });
    case 'replay':
      void reply.code(start.answer.status).header('idempotency-replayed', 'true');
      return JSON.parse(start.answer.body) as Answer;
    case 'first': {
      const answer = await createUnder(idempotency, scope, () => create(start.operationId));
      await keep(idempotency, scope, answer, request);
      return answer;
    }
  }
}

async function createUnder<Answer>(
  idempotency: IdempotencyRecords,
  scope: IdempotencyScope,
  create: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await create();
  } catch (error) {
    const certainlyRefused = error instanceof Fault && error.kind !== 'unavailable';
    const noted = certainlyRefused ? idempotency.free(scope) : idempotency.letGo(scope);
    // In doubt, the store may be what is away, and the answer is late already. Unheard, the key is held for a
    // while, and then as if it had been let go.
    await Promise.race([noted.catch(() => undefined), setTimeout(noteMs, undefined, { ref: false })]);
    throw error;
  }
}

/** It is created, whatever becomes of the note about it: a repetition finds it by its operation id. */
async function keep(
  idempotency: IdempotencyRecords,
  scope: IdempotencyScope,
  answer: unknown,
  request: FastifyRequest,
): Promise<void> {
  try {
    await idempotency.keep(scope, { status: 201, body: JSON.stringify(answer) });
  } catch (err) {
    request.log.warn({ err }, 'the answer to an idempotency key was not kept');
  }
}

function idempotencyKey({ headers }: FastifyRequest): string | null {
  const given = headers['idempotency-key'];
  if (given === undefined) return null;
  const key = typeof given === 'string' ? given.replace(/^"(.*)"$/, '$1') : '';
  if (keyPattern.test(key)) return key;
  throw generalFaults.invalid_request(undefined, {
    errors: [{ path: 'Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters' }],
  });
}
