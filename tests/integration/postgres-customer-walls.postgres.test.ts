import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { beginFor, requireCustomerRole } from '../../src/infrastructure/postgres/customer-scope.js';
import { WalledSession } from '../../src/infrastructure/postgres/walled-session.js';
import { PostgresActivityLog } from '../../src/infrastructure/postgres/postgres-activity-log.js';
import { PostgresCommandRecords } from '../../src/infrastructure/postgres/postgres-command-records.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work.js';
import { tables } from '../../src/infrastructure/postgres/postgres-tables.js';
import type { Command } from '../../src/domain/command/command.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, newCommand, newId } from '../contract/record-seeds.js';
import { addSession, newSession } from '../contract/session-seeds.js';

describe.each(['direct', 'pooled'] as const)('behind the wall of a customer, reached %s,', (way) => {
  let record: PostgresRecord;
  let mine: Command;
  let theirs: Command;
  beforeAll(async () => {
    record = await openPostgresRecord(way);
    mine = await seed();
    theirs = await seed();
  });
  afterAll(() => record.close());

  /** A customer with something in every table that the record has. */
  async function seed(): Promise<Command> {
    const device = await addDevice(record);
    const command = await addCommand(record, newCommand(device));
    await addSession(record, device);
    await record.unitOfWork.run(async ({ credentials, members }) => {
      const expiresAt = new Date('2100-01-01T00:00:00.000Z');
      await credentials.issueCode({
        deviceId: device.id,
        hash: newId(),
        expiresAt,
        usedAt: null,
        wrongTries: 0,
        operationId: null,
      });
      const secret = { hash: newId(), createdAt: expiresAt, firstUsedAt: null, expiresAt: null };
      await credentials.replaceSecrets(device.id, [secret]);
      await members.putMember({
        customerId: device.customerId,
        userId: newId(),
        name: 'Kim',
        role: 'viewer',
      });
    });
    const scope = { customerId: device.customerId, actorId: 'a', operation: 'o', key: 'k' };
    await record.idempotency.begin(scope, 'f', newId());
    return command;
  }

  const walled = () => new WalledSession(record.pool, () => mine.customerId);
  const count = async (from: string, where: string): Promise<number> => {
    const statement = sql<{
      count: number;
    }>`select count(*)::int as count from ${sql.raw(from)} where ${sql.raw(where)}`;
    const [row] = await walled().query(statement.compile(tables));
    return row?.count ?? -1;
  };
  const namedTables = async (): Promise<readonly string[]> => {
    const { rows } = await record.owner.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'fieldgate' and column_name = 'customer_id' order by 1`,
    );
    return rows.map(({ name }) => `fieldgate.${name}`);
  };
  const all = async (from: string, where: string): Promise<number> => {
    const { rows } = await record.owner.query<{ count: number }>(
      `select count(*)::int as count from ${from} where ${where}`,
    );
    return rows[0]?.count ?? -1;
  };

  it('every table shows that customer’s rows and no others', async () => {
    const named = await namedTables();
    expect(named).toEqual(expect.arrayContaining(['fieldgate.commands', 'fieldgate.activity_entries']));
    for (const table of named) {
      const their = `customer_id = '${theirs.customerId}'`;
      const own = `customer_id = '${mine.customerId}'`;
      expect([table, await count(table, their)]).toEqual([table, 0]);
      expect([table, await count(table, own)]).toEqual([table, await all(table, own)]);
    }
    expect(await count('fieldgate.customers', 'true')).toBe(1);
  });

  it('what belongs to a device is shown with the device', async () => {
    for (const table of ['fieldgate.activation_codes', 'fieldgate.device_secrets']) {
      expect(await all(table, 'true')).toBe(2);
      expect(await count(table, 'true')).toBe(1);
      expect(await count(table, `device_id = '${theirs.deviceId}'`)).toBe(0);
    }
  });

  it('every table is protected by a policy, those of tomorrow included', async () => {
    const { rows } = await record.owner.query<{ name: string }>(
      `select 'fieldgate.' || tablename as name from pg_policies
       where schemaname = 'fieldgate' and 'fieldgate_customer' = any (roles) order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...(await namedTables())]));
  });

  it('nothing of another customer can be written, moved or made', async () => {
    const run = (text: string) => walled().query(sql`${sql.raw(text)}`.compile(tables));
    expect(
      await run(`update fieldgate.commands set priority = 9 where id = '${theirs.id}' returning id`),
    ).toEqual([]);
    expect(
      await run(`delete from fieldgate.sessions where device_id = '${theirs.deviceId}' returning id`),
    ).toEqual([]);
    for (const text of [
      `update fieldgate.devices set customer_id = '${theirs.customerId}' where id = '${mine.deviceId}'`,
      `insert into fieldgate.members values ('${theirs.customerId}', '${newId()}', 'Eve', 'admin')`,
      `select fieldgate.append_activity('${theirs.customerId}', '[]')`,
      `delete from fieldgate.activity_entries`,
      `insert into fieldgate.customers values ('${newId()}', 'New', now())`,
      `select * from fieldgate.local_accounts`,
    ]) {
      await expect(run(text)).rejects.toThrow(/row-level security|permission denied/);
    }
    const { rows } = await record.owner.query('select priority from fieldgate.commands where id = $1', [
      theirs.id,
    ]);
    expect(rows).toEqual([{ priority: 0 }]);
  });

  it('the adapters find nobody else’s things even when they are asked for them', async () => {
    const records = new PostgresCommandRecords(walled());
    expect(await records.find(mine.customerId, mine.id)).not.toBeNull();
    expect(await records.find(theirs.customerId, theirs.id)).toBeNull();
    const work = new PostgresUnitOfWork(record.pool, record.maxOpen, () => mine.customerId);
    const found = await work.run(async ({ devices, commands, sessions }) => [
      await devices.lock(theirs.deviceId),
      await commands.lock(theirs.customerId, theirs.id),
      await commands.lockOpen({ deviceId: theirs.deviceId }),
      await sessions.lockActive({ deviceId: theirs.deviceId }),
    ]);
    expect(found).toEqual([null, null, [], []]);
    const device = await record.devices.find(theirs.customerId, theirs.deviceId);
    if (device === null) throw new Error('the device is gone');
    const open = work.run(({ sessions, now }) => sessions.add(newSession(device, now)));
    await expect(open).rejects.toThrow('row-level security');
  });

  it('where the logs of all customers end is known, and nothing else of other logs', async () => {
    const log = new PostgresActivityLog(walled(), record.pool);
    const [ours, others] = await log.heads([mine.customerId, theirs.customerId]);
    expect([ours, others]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(others).toBeGreaterThan(0);
    expect((await log.read(mine.customerId, 0, 100)).head.seq).toBe(ours);
    expect((await log.read(theirs.customerId, 0, 100)).entries).toEqual([]);
  });

  it('nobody gets who may not take the role of customers, and they are told what to do', async () => {
    const name = `fieldgate_stranger_${randomBytes(4).toString('hex')}`;
    await record.owner.query(`create role ${name} login password 'x'`);
    const url = new URL(record.directUrl);
    [url.username, url.password] = [name, 'x'];
    const pool = new PostgresPool({ url: url.href });
    try {
      await expect(requireCustomerRole(pool)).rejects.toThrow(`grant fieldgate_customer to ${name}`);
      await record.owner.query(`grant fieldgate_customer to ${name}`);
      await expect(requireCustomerRole(pool)).resolves.toBeUndefined();
    } finally {
      await pool.close();
      await record.owner.query(`drop role ${name}`);
    }
  });

  it('without a customer there is nothing at all', async () => {
    const role = { sql: beginFor(mine.customerId).sql.replace(/; set local fieldgate\.customer.*/, '') };
    const statement = tables.selectFrom('commands').select('id').compile();
    expect(await record.pool.query(statement, role)).toEqual([]);
    expect(() => beginFor("x' or true --")).toThrow('UUID');
  });

  it('a transaction that cannot begin leaves its connection to the next one as it found it', async () => {
    const pool = new PostgresPool({ url: record.url, maxConnections: 1 });
    await record.owner.query('revoke execute on function fieldgate.clock_now() from fieldgate_customer');
    try {
      const run = (scope: string | null) =>
        new PostgresUnitOfWork(pool, record.maxOpen, () => scope).run(({ now }) => Promise.resolve(now));
      await expect(run(mine.customerId)).rejects.toThrow('permission denied');
      expect(await run(null)).toEqual(expect.any(Date));
    } finally {
      await record.owner.query('grant execute on function fieldgate.clock_now() to fieldgate_customer');
      await pool.close();
    }
  });

  it('the next transaction on the same connection is free again', async () => {
    await count('fieldgate.commands', 'true');
    const statement = tables.selectFrom('commands').select('id').compile();
    expect((await record.pool.query(statement)).length).toBe(2);
  });
});
