import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CompiledQuery } from 'kysely';
import type { Client } from 'pg';
import { escapeLiteral } from 'pg';

import type { Command } from '../../src/domain/command/command.js';
import type { Device } from '../../src/domain/device/device.js';
import { PostgresActivityLog } from '../../src/infrastructure/postgres/postgres-activity-log.js';
import { PostgresCommandCensus } from '../../src/infrastructure/postgres/postgres-command-census.js';
import { PostgresCommandDeadlines } from '../../src/infrastructure/postgres/postgres-command-deadlines.js';
import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../../src/infrastructure/postgres/postgres-command-proposals.js';
import { PostgresCommandRecords } from '../../src/infrastructure/postgres/postgres-command-records.js';
import { PostgresHistory } from '../../src/infrastructure/postgres/postgres-history.js';
import type { PostgresSession } from '../../src/infrastructure/postgres/postgres-session.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, claimIt, newCommand, newId, proposed } from '../contract/record-seeds.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: Plan }[];
}

type Explain = (statement: CompiledQuery) => Promise<readonly Explained[]>;

/** As a connection keeps it for the calls to come, whatever their values are. */
const keptPlan =
  (client: Client): Explain =>
  async ({ sql, parameters }) => {
    const values = parameters.map((value) =>
      escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value)),
    );
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(`prepare watched as ${sql}`);
    const { rows } = await client.query<Explained>(
      `explain (format json) execute watched (${values.join(', ')})`,
    );
    await client.query('deallocate watched');
    return rows;
  };

/** Runs statements as they are, and notes which tables each would read from end to end. */
class PlanWatch implements PostgresSession {
  readonly scanned: string[] = [];
  readonly indexes: string[] = [];
  watched = 0;
  readonly #session: PostgresSession;
  readonly #explain: Explain;

  constructor(
    session: PostgresSession,
    explain: Explain = (statement) =>
      session.query({ ...compiled(statement), sql: `explain (format json) ${statement.sql}` }),
  ) {
    this.#session = session;
    this.#explain = explain;
  }

  async query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    const rows = await this.#explain(statement);
    for (const row of rows) for (const { Plan: plan } of row['QUERY PLAN']) this.#note(plan);
    this.watched += 1;
    return this.#session.query(statement);
  }

  #note(plan: Plan): void {
    if (plan['Node Type'] === 'Seq Scan') this.scanned.push(plan['Relation Name'] ?? '');
    if (plan['Index Name'] !== undefined) this.indexes.push(plan['Index Name']);
    for (const inner of plan.Plans ?? []) this.#note(inner);
  }
}

/** Without the name under which the server keeps its plan: what explains it is another statement. */
const compiled = ({ sql, parameters, query, queryId }: CompiledQuery) => ({
  sql,
  parameters,
  query,
  queryId,
});

describe('with a long history', () => {
  let record: PostgresRecord;
  let device: Device;
  let command: Command;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    const customerId = (await addDevice(record)).customerId;
    const devices: Device[] = [];
    for (let n = 0; n < 20; n += 1) devices.push(await addDevice(record, { customerId }));
    device = devices[0] ?? (await addDevice(record));
    await record.owner.query(historyOf('d.customer_id = $1', 2_500), [customerId]);
    for (const one of devices) command = await addCommand(record, newCommand(one));
    await record.owner.query('analyze fieldgate.commands, fieldgate.devices');
  }, 60_000);
  afterAll(() => record.close());

  it('reads nothing from end to end on any way that is taken often', async () => {
    const watch = new PlanWatch(record.pool);
    const records = new PostgresCommandRecords(watch);
    const deadlines = new PostgresCommandDeadlines(watch);
    const proposals = new PostgresCommandProposals(watch);
    const next = newCommand(device);
    await proposals.propose(next, proposed(next));
    await claimIt(new PostgresCommandLedger(watch), command);
    await records.find(command.customerId, command.id);
    const page = { limit: 50, cursor: null };
    const filter = { deviceId: null, sessionId: null, state: null };
    await records.list(command.customerId, filter, page);
    await records.list(command.customerId, { ...filter, deviceId: device.id }, page);
    await records.list(command.customerId, { ...filter, sessionId: newId() }, page);
    await records.list(command.customerId, { ...filter, state: 'awaiting_approval' }, page);
    await records.approved(command.customerId, { type: 'ping', deviceId: null }, page);
    await records.approved(command.customerId, { type: 'ping', deviceId: device.id }, page);
    await records.ahead(command, 10);
    await records.backlog(device.id);
    await records.cancelRequested(device.id);
    await deadlines.undispatched(0, 100);
    await deadlines.markDispatched([{ id: command.id, version: 1 }]);
    await deadlines.open(null, 100);
    await deadlines.overdue(100);
    await deadlines.findMany([command.id]);
    await new PostgresCommandCensus(watch).take();
    await new PostgresHistory(watch).forgetCommands(60_000, 100);
    expect(watch.watched).toBeGreaterThanOrEqual(20);
    expect(watch.indexes).toContain('commands_approved');
    expect(watch.scanned.filter((table) => table === 'commands')).toEqual([]);
  });

  it('reads nothing from end to end by a plan that was made when there were few commands', async () => {
    const young = await openPostgresRecord('direct');
    try {
      const only = await addDevice(young);
      const history = historyOf('d.id = $1 and d.customer_id = $2', 300);
      await young.owner.query(history, [only.id, only.customerId]);
      await young.owner.query('analyze fieldgate.commands, fieldgate.devices');
      const watch = new PlanWatch(young.pool, keptPlan(young.owner));
      const next = newCommand(only);
      const outcome = await new PostgresCommandProposals(watch).propose(next, proposed(next));
      if (outcome.kind !== 'accepted') throw new Error(`the proposal came to be ${outcome.kind}`);
      await claimIt(new PostgresCommandLedger(watch), outcome.command);
      expect(watch.watched).toBe(3);
      expect(watch.indexes).toContain('commands_pkey');
      expect(watch.scanned).not.toContain('commands');
    } finally {
      await young.close();
    }
  });

  it('reads a log by an index, whatever is asked of it', async () => {
    await record.owner.query(
      `insert into fieldgate.activity_entries (customer_id, seq, at, kind, actor_kind, actor_id, subject_kind,
         subject_id, data, prev_hash, hash)
       select $1, 1000 + n, now(), 'command.claimed', 'device', 'device-' || n % 20, 'command', 'command-' || n / 3,
         '{}', '', '' from generate_series(1, 20000) n`,
      [command.customerId],
    );
    await record.owner.query('analyze fieldgate.activity_entries');
    const watch = new PlanWatch(record.pool);
    const log = new PostgresActivityLog(watch, watch);
    const page = { limit: 50, cursor: null };
    const some = { kind: 'command', id: 'command-7' };
    const rare = { kind: null, id: 'robin' };
    await log.list(command.customerId, { after: 0, subject: null, actor: null, sessionId: null }, page);
    await log.list(command.customerId, { after: 0, subject: some, actor: null, sessionId: null }, page);
    await log.list(command.customerId, { after: 0, subject: null, actor: rare, sessionId: null }, page);
    const story = { after: 0, subject: null, actor: null, sessionId: newId() };
    await log.list(command.customerId, story, page);
    await log.read(command.customerId, 0, 500);
    expect(watch.indexes).toEqual(
      expect.arrayContaining(['activity_entries_pkey', 'activity_by_subject', 'activity_by_actor']),
    );
    expect(watch.scanned.filter((table) => table === 'activity_entries')).toEqual([]);
  });

  it('reads a queue from the open commands alone', async () => {
    const { rows } = await record.owner.query<{ 'QUERY PLAN': string }>(
      `explain select count(*) from fieldgate.commands c where c.device_id = '${device.id}'
         and c.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/commands_(queue|open)/);
  });

  it('looks at a queue without its history, also before anybody has counted the rows', async () => {
    const young = await openPostgresRecord('direct');
    try {
      const { id, customerId } = await addDevice(young);
      await young.owner.query(historyOf('d.id = $1 and d.customer_id = $2', 30_000), [id, customerId]);
      const { rows } = await young.owner.query<{ 'QUERY PLAN': readonly { readonly Plan: ReadBlocks }[] }>(
        `explain (analyze, buffers, format json) select * from fieldgate.queues_of($1, $2, 1000)`,
        [[id], Array.from({ length: 30 }, newId)],
      );
      const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
      expect(plan?.Plan['Actual Rows']).toBe(1);
      expect(plan?.Plan['Shared Hit Blocks']).toBeLessThan(800);
    } finally {
      await young.close();
    }
  });
});

interface ReadBlocks {
  readonly 'Actual Rows': number;
  readonly 'Shared Hit Blocks': number;
}

/** Commands that ended long ago, so many for each of the devices. */
const historyOf = (devices: string, each: number): string =>
  `insert into fieldgate.commands (id, customer_id, device_id, type, type_version, parameters, priority, risk,
     delivery_class, state, proposed_by, created_at, expires_at, visibility_timeout_ms, max_attempts,
     finished_at, dispatched, changed_at)
   select gen_random_uuid(), d.customer_id, d.id, 'ping', 1, '{}', 0, 'read', 'at_least_once', 'succeeded',
     '{}', now(), now(), 60000, 3, now(), true, now()
   from fieldgate.devices d cross join generate_series(1, ${String(each)}) where ${devices}`;
