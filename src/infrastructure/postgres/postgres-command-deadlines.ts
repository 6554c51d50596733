import { sql } from 'kysely';

import type { CommandDeadlines } from '../../application/ports/command-deadlines.js';
import type { CommandReading } from '../../application/ports/command-records.js';
import { commandStandings, standingOf } from './command-standing.js';
import { GroupCommit } from './group-commit.js';
import { markDispatched } from './mark-dispatched.js';
import type { DispatchMark } from './mark-dispatched.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { isUuid } from './uuid-text.js';

export class PostgresCommandDeadlines implements CommandDeadlines {
  readonly #session: PostgresSession;
  readonly #marks: GroupCommit<readonly DispatchMark[], null>;

  constructor(session: PostgresSession) {
    this.#session = session;
    this.#marks = new GroupCommit(async (batch) => {
      await this.#session.query(markDispatched(batch.flatMap(({ item }) => item)));
      for (const asked of batch) asked.answer(null);
    });
  }

  async undispatched(ageMs: number, limit: number): Promise<readonly CommandReading[]> {
    const rows = await this.#session.query(
      commandStandings
        .where(sql<boolean>`not dispatched and state in ('queued', 'awaiting_approval', 'claimed')`)
        .where(
          sql<boolean>`changed_at <= fieldgate.clock_now() - ${ageMs}::float8 * interval '1 millisecond'`,
        )
        .orderBy('changed_at')
        .limit(limit)
        .compile(),
    );
    return rows.map(standingOf);
  }

  async markDispatched(commands: readonly DispatchMark[]): Promise<void> {
    if (commands.length > 0) await this.#marks.submit(commands);
  }

  async open(afterId: string | null, limit: number): Promise<readonly CommandReading[]> {
    const rows = await this.#session.query(
      commandStandings
        .where(isOpen)
        .$if(afterId !== null, (query) => query.where('id', '>', afterId))
        .orderBy('id')
        .limit(limit)
        .compile(),
    );
    return rows.map(standingOf);
  }

  async overdue(limit: number): Promise<readonly CommandReading[]> {
    const rows = await this.#session.query(
      commandStandings
        .where('due_at', '<=', sql<Date>`fieldgate.clock_now()`)
        .orderBy('due_at')
        .limit(limit)
        .compile(),
    );
    return rows.map(standingOf);
  }

  async findMany(commandIds: readonly string[]): Promise<readonly CommandReading[]> {
    const ids = commandIds.filter(isUuid);
    if (ids.length === 0) return [];
    const rows = await this.#session.query(commandStandings.where('id', 'in', ids).compile());
    return rows.map(standingOf);
  }
}
