import { sql } from 'kysely';

import type { CommandDeadlines, Company } from '../../application/ports/command-deadlines.js';
import type { CommandReading } from '../../application/ports/command-records.js';
import { commandStandings, standingOf } from './command-standing.js';
import { GroupCommit } from './group-commit.js';
import { markDispatched } from './mark-dispatched.js';
import type { DispatchMark } from './mark-dispatched.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
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
        .where(sql<boolean>`not dispatched`)
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

  async openOf(deviceId: string, afterId: string | null, limit: number): Promise<readonly CommandReading[]> {
    const rows = await this.#session.query(
      commandStandings
        .where('device_id', '=', deviceId)
        .where(isOpen)
        .$if(afterId !== null, (query) => query.where('id', '>', afterId))
        .orderBy('id')
        .limit(limit)
        .compile(),
    );
    return rows.map(standingOf);
  }

  async next({ deviceId, lane, dedupeKey }: Company, limit: number): Promise<readonly CommandReading[]> {
    const waiting = commandStandings
      .where('device_id', '=', deviceId)
      .where(isOpen)
      .where('state', '=', 'queued')
      .where(sql<boolean>`(lane = ${lane}::text or dedupe_key = ${dedupeKey}::text)`);
    const rows = await this.#session.query(
      tables
        .selectFrom(waiting.as('waiting'))
        .selectAll()
        .where(sql<boolean>`behind is null and not queue_paused`)
        .orderBy('acceptance')
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
