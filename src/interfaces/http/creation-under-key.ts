import { setTimeout } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { IdempotencyRecords, IdempotencyScope } from '../../application/ports/idempotency-records.js';
import type { Caller } from '../../domain/customer/caller.js';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { HttpServerOptions } from './http-server-options.js';

/** For how long an answer waits until a refused or doubtful try is noted. */
const noteMs = 200;

/** Something that is to be created once for a key, whichever way it is asked for. */
export interface KeyedCreation<Answer> {
  readonly key: string;
  readonly caller: Caller;
  readonly method: string;
  /** The path with its parameters' names, such as `/devices/:id/commands`. */
  readonly route: string;
  /** The path as it was asked for. */
  readonly path: string;
  /** The body as it was understood. */
  readonly body: JsonObject;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  /** Creates it. A call that is repeated after a crash brings the same `operationId`. */
  readonly create: (operationId: string) => Promise<Answer>;
}

export interface KeyedAnswer<Answer> {
  readonly answer: Answer;
  /** The answer of an earlier call with the key; null when this one was the first. */
  readonly replayed: { readonly status: number } | null;
}

/** The key, bare or as a quoted string: 1 to 128 printable ASCII characters; null when it is none. */
export function idempotencyKeyOf(given: string): string | null {
  const key = given.replace(/^"(.*)"$/, '$1');
  return /^[\x21-\x7e]{1,128}$/.test(key) ? key : null;
}

/**
 * Creates something at most once for the key within 24 hours. What was refused leaves the key free. When nobody knows
 * how the first try ended, a repetition goes on under the same operation id: it never creates twice.
 */
export async function createUnderKey<Answer>(
  { idempotency, digests, ids }: Pick<HttpServerOptions, 'idempotency' | 'digests' | 'ids'>,
  { key, caller, method, route, path, body, log, create }: KeyedCreation<Answer>,
): Promise<KeyedAnswer<Answer>> {
  const { customerId, id: actorId } = caller.principal;
  const scope: IdempotencyScope = { customerId, actorId, operation: `${method} ${route}`, key };
  const fingerprint = digests.of({ method, path, body });
  const start = await idempotency.begin(scope, fingerprint, ids.uuid());
  switch (start.kind) {
    case 'mismatch':
      throw generalFaults.idempotency_mismatch();
    case 'in_progress':
      throw generalFaults.idempotency_in_progress(undefined, { retryAfterMs: 1_000 });
    case 'replay': {
      const { status, body: text } = start.answer;
      return { answer: JSON.parse(text) as Answer, replayed: { status } };
    }
    case 'first': {
      const answer = await firstUnder(idempotency, scope, () => create(start.operationId));
      await keep(idempotency, scope, answer, log);
      return { answer, replayed: null };
    }
  }
}

async function firstUnder<Answer>(
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
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<void> {
  try {
    await idempotency.keep(scope, { status: 201, body: JSON.stringify(answer) });
  } catch (err) {
    log.warn({ err }, 'the answer to an idempotency key was not kept');
  }
}
