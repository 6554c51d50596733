import type { CompiledQuery } from 'kysely';
import type { WireStatement } from '../../src/infrastructure/postgres/postgres-connection.js';
import type { PostgresSession } from '../../src/infrastructure/postgres/postgres-session.js';

/** Statements of a ledger; with `intrude`, somebody else acts between its next look and what it writes of that. */
export class IntrudedSession implements PostgresSession {
  readonly #inner: PostgresSession;
  #intruder: (() => Promise<unknown>) | null = null;

  constructor(inner: PostgresSession) {
    this.#inner = inner;
  }

  intrude(intruder: () => Promise<unknown>): void {
    this.#intruder = intruder;
  }

  /** Nobody intrudes any more. */
  leave(): void {
    this.#intruder = null;
  }

  async query<Row>(statement: CompiledQuery<Row>, beginning?: WireStatement): Promise<readonly Row[]> {
    const intruder = this.#intruder;
    if (intruder !== null && statement.sql.includes('update fieldgate.commands')) {
      this.#intruder = null;
      await intruder();
    }
    return this.#inner.query(statement, beginning);
  }
}
