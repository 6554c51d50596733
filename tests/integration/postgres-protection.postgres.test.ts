import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { firstBroken } from '../contract/activity-chain.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, newCommand, newId } from '../contract/record-seeds.js';

describe('what the schema keeps from others', () => {
  let record: PostgresRecord;
  // Roles belong to the whole server: this one has a name of its own, and is dropped.
  const browser = `fieldgate_browser_${randomBytes(4).toString('hex')}`;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    await record.owner.query(`create role ${browser}`);
  });
  afterAll(async () => {
    await record.owner.query(`drop owned by ${browser}; drop role ${browser}`);
    await record.close();
  });

  const as = async (role: string, statement: string) => {
    await record.owner.query(`begin; set local role ${role}`);
    try {
      const { rows } = await record.owner.query<Record<string, unknown>>(statement);
      return rows;
    } finally {
      await record.owner.query('rollback');
    }
  };
  const tableNames = async () => {
    const { rows } = await record.owner.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'fieldgate'::regnamespace and relkind = 'r'`,
    );
    return rows.map(({ name }) => name);
  };

  it('lets a role like a browser’s do nothing at all', async () => {
    await expect(as(browser, 'select * from fieldgate.devices')).rejects.toThrow('permission denied');
    await expect(as(browser, 'select fieldgate.clock_now()')).rejects.toThrow('permission denied');
  });

  it('shows it nothing even where somebody granted it everything', async () => {
    await addCommand(record, newCommand(await addDevice(record)));
    await record.owner.query(
      `grant usage on schema fieldgate to ${browser}; grant all on all tables in schema fieldgate to ${browser}`,
    );
    const names = await tableNames();
    expect(names).toContain('commands');
    for (const name of names) expect(await as(browser, `select * from fieldgate.${name}`)).toEqual([]);
  });

  it('has row level security on every table', async () => {
    const { rows } = await record.owner.query(
      `select relname from pg_class
       where relnamespace = 'fieldgate'::regnamespace and relkind = 'r' and not relrowsecurity`,
    );
    expect(rows).toEqual([]);
  });

  it('refuses to rewrite the log, also for its owner', async () => {
    const device = await addDevice(record);
    await addCommand(record, newCommand(device));
    const attempts = [
      `update fieldgate.activity_entries set data = '{}'`,
      'delete from fieldgate.activity_entries',
      'truncate fieldgate.activity_entries',
      'delete from fieldgate.activity_heads',
      'truncate fieldgate.activity_heads',
      'update fieldgate.activity_heads set seq = 0',
    ];
    for (const attempt of attempts) await expect(record.owner.query(attempt)).rejects.toThrow('append-only');
    expect(firstBroken(await record.activity(device.customerId))).toBeNull();
  });

  it('forgets the beginning of the log only in order, and with the hash that the rest hangs on', async () => {
    const device = await addDevice(record);
    for (let n = 0; n < 3; n += 1) await addCommand(record, newCommand(device));
    const attempt = (set: string) =>
      record.owner.query(`update fieldgate.activity_heads set ${set} where customer_id = $1`, [
        device.customerId,
      ]);
    await expect(attempt(`forgotten_seq = 2`)).rejects.toThrow('append-only');
    await expect(attempt(`forgotten_seq = 2, forgotten_hash = hash`)).rejects.toThrow('append-only');
    await record.owner.query(`select fieldgate.forget_activity($1, now() + interval '1 hour', 2)`, [
      device.customerId,
    ]);
    await expect(attempt(`forgotten_seq = 0`)).rejects.toThrow('append-only');
    await expect(
      record.owner.query('delete from fieldgate.activity_entries where customer_id = $1', [
        device.customerId,
      ]),
    ).rejects.toThrow('append-only');
    const { rows } = await record.owner.query<{ seq: number; hash: string }>(
      `select forgotten_seq::int as seq, encode(forgotten_hash, 'hex') as hash
       from fieldgate.activity_heads where customer_id = $1`,
      [device.customerId],
    );
    const log = await record.activity(device.customerId);
    expect(log.map(({ seq }) => seq)).toEqual([3]);
    expect(firstBroken(log, rows[0])).toBeNull();
  });

  it('moves the mark of what is forgotten only on, to an entry of that very log', async () => {
    const [device, other] = [await addDevice(record), await addDevice(record)];
    for (let n = 0; n < 3; n += 1) {
      for (const one of [device, other]) await addCommand(record, newCommand(one));
    }
    const mark = (seq: number, { customerId } = device) =>
      record.owner.query(
        `update fieldgate.activity_heads h set forgotten_seq = e.seq, forgotten_hash = e.hash
         from fieldgate.activity_entries e where h.customer_id = $1 and e.customer_id = $2 and e.seq = $3`,
        [device.customerId, customerId, seq],
      );
    await mark(2);
    for (const seq of [1, 2]) await expect(mark(seq)).rejects.toThrow('append-only');
    await expect(mark(3, other)).rejects.toThrow('append-only');
    await mark(3);
  });

  it('gives no log to another customer, and keeps an entry that has no head', async () => {
    const device = await addDevice(record);
    await addCommand(record, newCommand(device));
    const { customerId } = await addDevice(record);
    const given = record.owner.query(
      'update fieldgate.activity_heads set customer_id = $1 where customer_id = $2',
      [customerId, device.customerId],
    );
    await expect(given).rejects.toThrow('append-only');
    await record.owner.query(
      `insert into fieldgate.activity_entries (customer_id, seq, at, kind, actor_kind, actor_id, subject_kind, subject_id,
         data, prev_hash, hash)
       values ($1, 1, now(), 'a', 'cli', 'cli', 'device', 'd', '{}', '', '')`,
      [customerId],
    );
    const deleted = record.owner.query('delete from fieldgate.activity_entries where customer_id = $1', [
      customerId,
    ]);
    await expect(deleted).rejects.toThrow('append-only');
  });

  it('shows by the chain what somebody rewrote past all locks', async () => {
    const device = await addDevice(record);
    for (let n = 0; n < 3; n += 1) await addCommand(record, newCommand(device));
    await record.owner.query('alter table fieldgate.activity_entries disable trigger append_only');
    await record.owner.query(
      `update fieldgate.activity_entries set data = '{}' where customer_id = $1 and seq = 2`,
      [device.customerId],
    );
    await record.owner.query('alter table fieldgate.activity_entries enable trigger append_only');
    expect(firstBroken(await record.activity(device.customerId))).toBe(2);
  });

  it('keeps answers unreadable to whoever holds a dump', async () => {
    const scope = { customerId: newId(), actorId: 'robin', operation: 'POST /devices/provision', key: 'k' };
    await record.idempotency.begin(scope, 'body', 'op');
    await record.idempotency.keep(scope, { status: 201, body: '{"activationCode":"ABCD-EFGH-JKMN-PQRS"}' });
    const { rows } = await record.owner.query<{ answer: Buffer }>(
      'select answer from fieldgate.idempotency_keys',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.answer.toString('latin1')).not.toContain('ABCD');
    // Moved to another key, it opens nothing either.
    await record.owner.query(`update fieldgate.idempotency_keys set key = 'other'`);
    await expect(record.idempotency.begin({ ...scope, key: 'other' }, 'body', 'op')).rejects.toThrow();
  });
});
