import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, newCommand } from '../contract/record-seeds.js';

describe('the role under which things are done for a customer', () => {
  let record: PostgresRecord;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    await addCommand(record, newCommand(await addDevice(record)));
  });
  afterAll(() => record.close());

  const asCustomer = async (statement: string): Promise<void> => {
    await record.owner.query('begin; set local role fieldgate_customer');
    try {
      await record.owner.query(statement);
    } finally {
      await record.owner.query('rollback');
    }
  };

  it('signs in nowhere, owns nothing, and is above no wall', async () => {
    const { rows } = await record.owner.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin,
         (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
       from pg_roles where rolname = 'fieldgate_customer'`,
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolcanlogin: false,
        owned: 0,
      },
    ]);
  });

  it.each([
    `update fieldgate.activity_entries set data = '{}'`,
    'delete from fieldgate.activity_entries',
    'truncate fieldgate.activity_entries',
    'alter table fieldgate.activity_entries disable trigger all',
    'drop table fieldgate.commands',
    'create table fieldgate.mine (id int)',
  ])('may not %s', async (statement) => {
    await expect(asCustomer(statement)).rejects.toThrow(
      /permission denied|append-only|must be owner|row-level/,
    );
  });
});

const folder = join(import.meta.dirname, '..', '..', 'src', 'infrastructure', 'postgres');

/** What outlives its transaction; with `local`, or `_xact_`, it does not. */
const lasting =
  /\bset (?:session|role|search_path|timezone|\w+_timeout)\b|\b(?:listen|notify|create temp|prepare) \w|\bpg_(?:try_)?advisory_lock\b|set_config\([^)]*, ?false\)/i;

describe('the SQL of the gateway', () => {
  it('leaves nothing behind in a session that a pooler hands on to somebody else', () => {
    expect(['set role x', 'LISTEN y', 'select pg_advisory_lock(1)'].every((line) => lasting.test(line))).toBe(
      true,
    );
    expect(lasting.test('set local role x')).toBe(false);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(30);
    const found = sources.flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && lasting.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
