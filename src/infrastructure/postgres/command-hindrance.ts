import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

import type { Hindrance } from '../../domain/command/hindrance.js';

/** What hinders a command, as two columns; both null or false for one that is not queued, and does not belong there. */
export interface HindranceColumns {
  readonly queue_paused: boolean;
  readonly behind: string | null;
}

/**
 * Whether the device's queue is paused. What was claimed is back in it once its lease is over, written down or not.
 * `command` is the name of the commands' table in the statement.
 */
export const queuePaused = (command: string): RawBuilder<boolean> => sql<boolean>`
  ((${column(command, 'state')} = 'queued'
      or (${column(command, 'state')} = 'claimed' and ${column(command, 'due_at')} <= fieldgate.clock_now()))
    and exists (select from fieldgate.devices d
    where d.id = ${column(command, 'device_id')} and d.queue_paused_at is not null))`;

/**
 * The command that this one has to wait for. An earlier one counts unless it cannot be started yet, or will never be:
 * what is overdue has ended already, and is only not written down yet. It never is the command itself, which has not
 * begun and is not earlier.
 */
export const commandBehind = (command: string): RawBuilder<string | null> => sql<string | null>`
  (case when ${column(command, 'state')} = 'queued' and ${column(command, 'attempt')} = 0
    and (${column(command, 'lane')} is not null or ${column(command, 'dedupe_key')} is not null)
  then (select o.id from fieldgate.commands o
    where o.device_id = ${column(command, 'device_id')}
      and o.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')
      and ((o.lane = ${column(command, 'lane')} and (o.attempt > 0 or (
          o.acceptance < ${column(command, 'acceptance')} and o.due_at > fieldgate.clock_now()
          and not (o.state = 'queued' and coalesce(o.not_before > fieldgate.clock_now(), false)))))
        or (o.dedupe_key = ${column(command, 'dedupe_key')} and o.attempt > 0))
    order by o.attempt > 0 desc, o.acceptance limit 1) end)`;

export function hindranceOf({ queue_paused: paused, behind }: HindranceColumns): Hindrance | null {
  if (paused) return { kind: 'queue_paused' };
  return behind === null ? null : { kind: 'behind', commandId: behind };
}

const column = (table: string, name: string) => sql.ref(`${table}.${name}`);
