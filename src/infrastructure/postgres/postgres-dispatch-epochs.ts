import type { DispatchEpochs } from '../../application/ports/dispatch-epochs.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresDispatchEpochs implements DispatchEpochs {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async current(): Promise<string | null> {
    const [row] = await this.#session.query(tables.selectFrom('dispatch_epoch').select('epoch').compile());
    return row?.epoch ?? null;
  }

  async begin(epoch: string): Promise<void> {
    await this.#session.query(
      tables
        .insertInto('dispatch_epoch')
        .values({ epoch })
        .onConflict((conflict) => conflict.column('only_row').doUpdateSet({ epoch }))
        .compile(),
    );
  }
}
