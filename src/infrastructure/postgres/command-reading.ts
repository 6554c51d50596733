import { sql } from 'kysely';

import type { CommandReading } from '../../application/ports/command-records.js';
import { commandBehind, hindranceOf, queuePaused } from './command-hindrance.js';
import type { HindranceColumns } from './command-hindrance.js';
import { commandOf } from './command-row.js';
import type { CommandRow } from './command-row.js';
import { tables } from './postgres-tables.js';

export interface CommandReadingRow extends CommandRow, HindranceColumns {
  readonly as_of: Date;
}

/** Commands with the database's time and what hinders them: the beginning of every statement that reads them. */
export const commandReadings = tables
  .selectFrom('commands')
  .selectAll('commands')
  .select([
    sql<Date>`fieldgate.clock_now()`.as('as_of'),
    queuePaused('commands').as('queue_paused'),
    commandBehind('commands').as('behind'),
  ]);

export const readingOf = (row: CommandReadingRow): CommandReading => ({
  command: commandOf(row),
  now: row.as_of,
  hindrance: hindranceOf(row),
});
