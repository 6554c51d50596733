import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import type {
  IdempotencyRecords,
  IdempotencyScope,
  IdempotencyStart,
  KeptAnswer,
} from '../../application/ports/idempotency-records.js';
import type { AnswerKeys } from './answer-cipher.js';
import { AnswerCipher } from './answer-cipher.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

/** How many old keys one statement forgets: far less than the server's limit on its time allows. */
const purgeSize = 2_000;

interface StartRow {
  readonly fingerprint: string;
  readonly operation_id: string;
  readonly holder: string;
  readonly answer: Buffer | null;
}

export class PostgresIdempotencyRecords implements IdempotencyRecords {
  readonly #session: PostgresSession;
  readonly #cipher: AnswerCipher;

  /** Kept answers hold secrets that are shown once: they are sealed with `keys`. */
  constructor(session: PostgresSession, keys: AnswerKeys) {
    this.#session = session;
    this.#cipher = new AnswerCipher(keys);
  }

  async begin(scope: IdempotencyScope, fingerprint: string, operationId: string): Promise<IdempotencyStart> {
    const holder = randomUUID();
    const { customerId, actorId, operation, key } = scope;
    // The row is written in every case, since only a row that is written is returned as it is at this moment.
    const [row] = await this.#session.query(
      sql<StartRow>`
        insert into fieldgate.idempotency_keys as k
          (customer_id, actor_id, operation, key, fingerprint, operation_id, holder, held_until, created_at)
        select ${customerId}, ${actorId}, ${operation}, ${key}, ${fingerprint}, ${operationId}, ${holder}::uuid,
          fieldgate.clock_now() + interval '60 seconds', fieldgate.clock_now()
        on conflict (customer_id, actor_id, operation, key) do update set
          (fingerprint, operation_id, holder, held_until, created_at, answer) = (
            select
              case when old then excluded.fingerprint else k.fingerprint end,
              case when old then excluded.operation_id else k.operation_id end,
              case when old or abandoned then excluded.holder else k.holder end,
              case when old or abandoned then excluded.held_until else k.held_until end,
              case when old then excluded.created_at else k.created_at end,
              case when old then null else k.answer end
            from (select k.created_at <= fieldgate.clock_now() - interval '24 hours' as old,
              k.answer is null and k.fingerprint = excluded.fingerprint
                and k.held_until <= fieldgate.clock_now() as abandoned) as it)
        returning fingerprint, operation_id, holder, answer`.compile(tables),
    );
    if (row === undefined) throw new Error('a key was neither taken nor found');
    if (row.holder === holder) return { kind: 'first', operationId: row.operation_id };
    if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
    return row.answer === null
      ? { kind: 'in_progress' }
      : { kind: 'replay', answer: this.#open(scope, row.answer) };
  }

  async keep(scope: IdempotencyScope, answer: KeptAnswer): Promise<void> {
    const sealed = this.#cipher.seal(JSON.stringify(answer), contextOf(scope));
    await this.#session.query(
      sql`update fieldgate.idempotency_keys set answer = ${sealed}
        where ${matches(scope)} and answer is null`.compile(tables),
    );
  }

  async free(scope: IdempotencyScope): Promise<void> {
    await this.#session.query(
      sql`delete from fieldgate.idempotency_keys where ${matches(scope)} and answer is null`.compile(tables),
    );
  }

  async letGo(scope: IdempotencyScope): Promise<void> {
    await this.#session.query(
      sql`update fieldgate.idempotency_keys set held_until = fieldgate.clock_now()
        where ${matches(scope)} and answer is null`.compile(tables),
    );
  }

  async purge(): Promise<number> {
    for (let purged = 0; ;) {
      const count = await this.#purgeSome();
      purged += count;
      if (count < purgeSize) return purged;
    }
  }

  /** Whoever has locked an old key is about to forget or to renew it. */
  async #purgeSome(): Promise<number> {
    const [row] = await this.#session.query(
      sql<{ count: number }>`
        with gone as (
          delete from fieldgate.idempotency_keys where ctid = any (array(
            select ctid from fieldgate.idempotency_keys
              where created_at <= fieldgate.clock_now() - interval '24 hours'
              order by created_at limit ${purgeSize}::int for update skip locked))
          returning 1)
        select count(*)::int as count from gone`.compile(tables),
    );
    return row?.count ?? 0;
  }

  #open(scope: IdempotencyScope, sealed: Buffer): KeptAnswer {
    return JSON.parse(this.#cipher.open(sealed, contextOf(scope))) as KeptAnswer;
  }
}

const matches = ({ customerId, actorId, operation, key }: IdempotencyScope) =>
  sql`customer_id = ${customerId} and actor_id = ${actorId} and operation = ${operation} and key = ${key}`;

const contextOf = ({ customerId, actorId, operation, key }: IdempotencyScope): string =>
  JSON.stringify([customerId, actorId, operation, key]);
