import type { CompiledQuery } from 'kysely';

import type { CustomerScope } from './customer-scope.js';
import { beginFor } from './customer-scope.js';
import type { PostgresPool } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';

/** The pool, for statements that are run on behalf of one customer: each behind that customer's wall. */
export class WalledSession implements PostgresSession {
  readonly #pool: PostgresPool;
  readonly #scope: CustomerScope;

  constructor(pool: PostgresPool, scope: CustomerScope) {
    this.#pool = pool;
    this.#scope = scope;
  }

  query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    return this.#pool.query(statement, beginFor(this.#scope()));
  }
}
