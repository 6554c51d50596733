import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runCli } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createEmptyDatabase } from '../support/postgres.js';

describe("the operator's command line", () => {
  let database: TestDatabase;
  let dataDir: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-cli-'));
    env = { DATABASE_URL: database.url, DATA_DIR: dataDir };
  });

  afterAll(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('applies migrations once, and then finds nothing to do', async () => {
    expect(await runCli(env, 'doctor')).toMatchObject({ code: 1, answer: { ok: false } });
    const first = await runCli(env, 'migrate');
    expect((first.answer['applied'] as string[]).length).toBeGreaterThan(0);
    expect(await runCli(env, 'migrate')).toMatchObject({ code: 0, answer: { applied: [] } });
    expect(await runCli(env, 'doctor')).toMatchObject({ code: 0, answer: { ok: true } });
  });

  it('makes a customer with its admin, adds a member and provisions a device', async () => {
    const created = await runCli(
      env,
      'customer',
      'create',
      '--name',
      'Acme',
      '--admin-user-id',
      randomUUID(),
    );
    const customerId = String(created.answer['customerId']);
    expect(customerId).toMatch(/^[0-9a-f-]{36}$/);
    const member = ['--customer-id', customerId, '--user-id', randomUUID(), '--role', 'operator'];
    const add = (...options: string[]) => runCli(env, 'member', 'add', ...member, ...options);
    expect((await add('--name', 'Anna')).answer).toMatchObject({ role: 'operator', name: 'Anna' });
    // Another role, and nothing else.
    expect((await add('--role', 'approver')).answer).toMatchObject({ role: 'approver', name: 'Anna' });
    const device = [
      'device',
      'provision',
      '--customer-id',
      customerId,
      '--name',
      'Rack',
      '--device-id',
      'rack-1',
    ];
    const provisioned = await runCli(env, ...device);
    expect(provisioned.answer['activationCode']).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    expect(await runCli(env, ...device)).toMatchObject({
      code: 1,
      answer: { error: { code: 'device_exists' } },
    });
  });

  it('forgets what ended longer ago than it has to be kept, says how much that was, and leaves the rest', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    try {
      await owner.query(
        `insert into fieldgate.commands (id, customer_id, device_id, type, type_version, parameters, priority, risk,
           delivery_class, state, proposed_by, created_at, expires_at, visibility_timeout_ms, max_attempts,
           finished_at, dispatched, changed_at)
         select gen_random_uuid(), d.customer_id, d.id, 'ping', 1, '{}', 0, 'read', 'at_least_once', 'succeeded',
           '{}', ended, ended, 60000, 3, ended, true, ended
         from fieldgate.devices d, unnest(array[now() - interval '2 days', now() - interval '1 hour']) as ended
         where d.id = 'rack-1'`,
      );
      const purge = () => runCli({ ...env, RETENTION_COMMANDS_DAYS: '1' }, 'purge');
      expect(await purge()).toMatchObject({ code: 0, answer: { commands: 1, entries: 0 } });
      expect(await purge()).toMatchObject({ code: 0, answer: { commands: 0, entries: 0 } });
      const { rows } = await owner.query('select from fieldgate.commands');
      expect(rows).toHaveLength(1);
    } finally {
      await owner.end();
    }
  });

  it('exports a log, and verifies it in the database and from the file alone', async () => {
    const admin = ['--name', 'Audited', '--admin-user-id', randomUUID()];
    const customerId = String((await runCli(env, 'customer', 'create', ...admin)).answer['customerId']);
    for (const role of ['viewer', 'operator'])
      await runCli(
        env,
        ...['member', 'add', '--customer-id', customerId, '--user-id', randomUUID(), '--role', role],
      );
    const out = join(dataDir, 'log.jsonl');
    const exported = await runCli(env, 'activity', 'export', '--customer-id', customerId, '--out', out);
    expect(exported).toMatchObject({ code: 0, answer: { customerId, entries: 4, out } });
    const verify = (...args: readonly string[]) => runCli({}, 'activity', 'verify', ...args);
    const whole = { ok: true, entries: 4, brokenAt: null };
    const inDatabase = ['activity', 'verify', '--customer-id', customerId];
    expect(await runCli(env, ...inDatabase)).toMatchObject({ code: 0, answer: whole });
    const head = String(exported.answer['head']);
    // A file is verified where no gateway was ever configured.
    expect(await verify('--file', out)).toMatchObject({ code: 0, answer: { ...whole, last: head } });
    const lines = (await readFile(out, 'utf8')).split('\n');
    const changed = join(dataDir, 'changed.jsonl');
    await writeFile(changed, lines.map((line) => line.replace('viewer', 'admin')).join('\n'));
    expect(await verify('--file', changed)).toMatchObject({ code: 1, answer: { ok: false, brokenAt: 3 } });
    await writeFile(changed, `${lines.slice(0, 2).join('\n')}\n`);
    expect(await verify('--file', changed)).toMatchObject({ code: 0, answer: { ok: true, entries: 2 } });
    expect(await verify('--file', changed, '--head', head)).toMatchObject({
      code: 1,
      answer: { ok: false, entries: 2, brokenAt: 3 },
    });
    expect(await verify('--file', join(dataDir, 'missing.jsonl'))).toMatchObject({ code: 1 });
    expect(await verify()).toMatchObject({ code: 1 });
  }, 120_000);

  it('says what is wrong with what was typed, and does nothing', async () => {
    const wrong = await runCli(env, 'customer', 'create', '--name', 'Acme', '--admin-user-id', 'nobody');
    expect([wrong.code, wrong.answer]).toEqual([1, {}]);
    expect(wrong.errors).toContain('It is not a UUID.');
    expect((await runCli({ ...env, PORT: 'x' }, 'doctor')).code).toBe(78);
  });

  it('answers with an error object when the database is away', async () => {
    const away = { ...env, DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere' };
    const { code, answer } = await runCli(away, 'migrate');
    expect([code, answer]).toEqual([1, { error: expect.objectContaining({ message: expect.any(String) }) }]);
  });
});
