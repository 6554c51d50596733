import type { DispatchEpochs } from '../../application/ports/dispatch-epochs.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresDispatchEpochs implements DispatchEpochs {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async current(fresh: string): Promise<string> {
    return (await this.#read()) ?? (await this.#begin(fresh));
  }

  async #read(): Promise<string | undefined> {
    const [row] = await this.#session.query(tables.selectFrom('dispatch_epoch').select('epoch').compile());
    return row?.epoch;
  }

  /** Of several who find none at the same time, the first one decides for all. */
  async #begin(fresh: string): Promise<string> {
    await this.#session.query(
      tables
        .insertInto('dispatch_epoch')
        .values({ epoch: fresh })
        .onConflict((conflict) => conflict.column('only_row').doNothing())
        .compile(),
    );
    return (await this.#read()) ?? fresh;
  }
}
