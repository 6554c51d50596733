import type pg from 'pg';
import type { CommandRow, LogEntry } from './history/final-record.js';
import type { RedisNode } from './servers/redis-node.js';
import { payloadOf } from './traffic/plan.js';

const page = 5_000;

interface StoredCommand {
  readonly id: string;
  readonly customer_id: string;
  readonly device_id: string;
  readonly type: string;
  readonly parameters: unknown;
  readonly state: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly lapses: number;
  readonly releases: number;
  readonly result: { readonly status: string; readonly output: string | null } | null;
}

/** Commands that have not ended, by state. */
export async function openCommands(
  database: pg.Client,
): Promise<readonly { readonly id: string; readonly customer: string; readonly state: string }[]> {
  const { rows } = await database.query<{ id: string; customer: string; state: string }>(
    'select id, customer_id as customer, state from fieldgate.commands where finished_at is null limit 2000',
  );
  return rows;
}

export async function* readCommands(database: pg.Client): AsyncGenerator<CommandRow> {
  let after = '0';
  for (;;) {
    const { rows } = await database.query<StoredCommand & { acceptance: string }>(
      `select id, customer_id, device_id, type, parameters, state, attempt, max_attempts, lapses, releases, result, acceptance
       from fieldgate.commands where acceptance > $1 order by acceptance limit ${String(page)}`,
      [after],
    );
    for (const row of rows) {
      after = row.acceptance;
      yield {
        id: row.id,
        customer: row.customer_id,
        device: row.device_id,
        payload: payloadOf(row.type, row.parameters),
        state: row.state,
        attempt: row.attempt,
        maxAttempts: row.max_attempts,
        lapses: row.lapses,
        releases: row.releases,
        content: row.result === null ? null : `${row.result.status} ${row.result.output ?? ''}`,
      };
    }
    if (rows.length < page) return;
  }
}

/** Straight from the table: hashes and gaps are judged by the reader, not by the gateway. */
export async function* readLog(database: pg.Client): AsyncGenerator<LogEntry> {
  const { rows: customers } = await database.query<{ id: string }>('select id from fieldgate.customers');
  for (const { id } of customers) {
    let after = 0;
    for (;;) {
      const { rows } = await database.query<LogEntry & { readonly seq: string }>(
        `select customer_id as customer, seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
           kind, actor_kind as "actorKind", actor_id as "actorId", subject_kind as "subjectKind",
           subject_id as "subjectId", data, request_id as "requestId",
           encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash
         from fieldgate.activity_entries where customer_id = $1 and seq > $2 order by seq limit ${String(page)}`,
        [id, after],
      );
      for (const row of rows) {
        after = Number(row.seq);
        yield { ...row, seq: after };
      }
      if (rows.length < page) break;
    }
  }
}

export function readRedisKeys(node: RedisNode): Promise<readonly string[]> {
  return node.ask(async (redis) => {
    const found: string[] = [];
    for await (const keys of redis.scanStream({ count: 1_000 })) found.push(...(keys as string[]));
    return found;
  });
}
