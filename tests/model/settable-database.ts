import pg from 'pg';
import { commandOf } from '../../src/infrastructure/postgres/command-row.js';
import type { CommandRow } from '../../src/infrastructure/postgres/command-row.js';
import type { Command } from '../../src/domain/command/command.js';
import { createTestDatabase } from '../support/postgres.js';

export interface RecordRow {
  readonly command: Command;
  readonly acceptance: number;
}

/** An entry of the log: its number, whom it is about, and what happened. */
export interface LoggedKind {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
}

/** A database of the models' own, whose clock shows what it is told, and which does not wait for its disk. */
export interface SettableDatabase {
  readonly url: string;
  setClock(nowMs: number): Promise<void>;
  /** Everything that is on record of a device's commands, in the order of acceptance. */
  commandsOf(deviceId: string): Promise<readonly RecordRow[]>;
  /** The number of the last entry in the customer's log. */
  lastEntry(customerId: string): Promise<number>;
  /** What the customer's log says from there on, in its order. */
  entriesAfter(customerId: string, seq: number): Promise<readonly LoggedKind[]>;
  /** Forgets all commands: a run that failed leaves some that have not ended. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openSettableDatabase(): Promise<SettableDatabase> {
  const database = await createTestDatabase();
  const { url } = database;
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const { pathname } = new URL(url);
  await owner.query(`alter database "${pathname.slice(1)}" set synchronous_commit = off`);
  await owner.query('create table fieldgate.told (at timestamptz not null)');
  await owner.query('insert into fieldgate.told values (now())');
  await owner.query('grant select on fieldgate.told to fieldgate_customer');
  await owner.query(
    `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
     as 'select at from fieldgate.told'`,
  );
  return {
    url,
    async setClock(nowMs) {
      await owner.query('update fieldgate.told set at = $1', [new Date(nowMs)]);
    },
    async commandsOf(deviceId) {
      const { rows } = await owner.query<Omit<CommandRow, 'acceptance'> & { readonly acceptance: string }>(
        'select * from fieldgate.commands where device_id = $1 order by acceptance',
        [deviceId],
      );
      return rows.map((row) => {
        const acceptance = Number(row.acceptance);
        return { command: commandOf({ ...row, acceptance }), acceptance };
      });
    },
    async lastEntry(customerId) {
      const { rows } = await owner.query<{ readonly seq: string }>(
        'select seq from fieldgate.activity_heads where customer_id = $1',
        [customerId],
      );
      return Number(rows[0]?.seq ?? 0);
    },
    async entriesAfter(customerId, seq) {
      const { rows } = await owner.query<{
        readonly seq: string;
        readonly id: string;
        readonly kind: string;
      }>(
        `select seq, subject_id as id, kind from fieldgate.activity_entries
         where customer_id = $1 and seq > $2 order by seq`,
        [customerId, seq],
      );
      return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
    },
    async clear() {
      await owner.query('delete from fieldgate.commands');
    },
    async close() {
      await owner.end();
      await database.drop();
    },
  };
}
