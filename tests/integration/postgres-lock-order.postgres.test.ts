import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import type { Command } from '../../src/domain/command/command.js';
import { claim } from '../../src/domain/command/claim-rules.js';
import { commandEntry } from '../../src/domain/command/command-entries.js';
import type { Device } from '../../src/domain/device/device.js';
import { firstBroken } from '../contract/activity-chain.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, newCommand, operator, proposed } from '../contract/record-seeds.js';
import { eventually } from '../support/eventually.js';

const anyEntry = {
  kind: 'device.provisioned',
  actor: operator.actor,
  subject: { kind: 'device', id: 'device-a' },
  requestId: null,
  data: {},
} as const;

interface Lockable {
  readonly device: Device;
  readonly command: Command;
}

const farAway = new Date('2099-01-01T00:00:00.000Z');

/** Where a lock is taken, and which row of it. */
const places = {
  devices: { column: 'id', keyOf: ({ device }: Lockable) => device.id },
  commands: { column: 'id', keyOf: ({ command }: Lockable) => command.id },
  activity_heads: { column: 'customer_id', keyOf: ({ device }: Lockable) => device.customerId },
} as const;

describe('Statements that write for many at once', () => {
  let record: PostgresRecord;
  let blocker: Client;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    blocker = new Client({ connectionString: record.url });
    await blocker.connect();
  });
  afterAll(async () => {
    await blocker.end();
    await record.close();
  });

  /** As a device does, whose standing is checked with the write. */
  const progress = ({ command, device: { id: deviceId, tokenGeneration } }: Lockable): Promise<unknown> =>
    record.ledger.change(
      command.id,
      { deviceId },
      (stored) => ({
        outcome: null,
        save: { command: stored, entries: [commandEntry(stored, 'command.resumed', operator)] },
      }),
      { deviceId, tokenGeneration },
    );
  const propose = ({ device }: Lockable): Promise<unknown> => {
    const next = newCommand(device);
    return record.proposals.propose(next, proposed(next));
  };

  const waiting = async (): Promise<number | null> =>
    (
      await record.owner.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
    ).rowCount;

  // An index gives the rows in its own order, which may be the right one by chance; the table gives them as they came.
  describe.each([
    ['as the server plans it', []],
    ['without an index', ['enable_indexscan', 'enable_bitmapscan']],
    ['row by row', ['enable_hashjoin', 'enable_mergejoin']],
  ] as const)('%s', (_way, switchedOff) => {
    beforeAll(async () => {
      const { rows } = await record.owner.query<{ name: string }>('select current_database() as name');
      const alter = `alter database "${rows[0]?.name ?? ''}"`;
      await record.owner.query(`${alter} reset all`);
      for (const setting of switchedOff) await record.owner.query(`${alter} set ${setting} = off`);
      await record.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'fieldgate'`,
      );
      await eventually(() => record.pool.driver.totalCount === 0);
    });

    it.each([
      ['changes', 'devices', progress],
      ['changes', 'commands', progress],
      ['changes', 'activity_heads', progress],
      ['proposals', 'devices', propose],
      ['proposals', 'activity_heads', propose],
    ] as const)('lock, for %s, the rows of %s in the order of their keys', async (_, table, write) => {
      const { column, keyOf } = places[table];
      const some: Lockable[] = [];
      for (let n = 0; n < 3; n += 1) {
        const device = await addDevice(record);
        some.push({ device, command: await addCommand(record, newCommand(device)) });
      }
      const [low, middle, high] = some.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      if (low === undefined || middle === undefined || high === undefined) throw new Error('there are three');
      // What was written last stands last in the table.
      await record.owner.query(`update fieldgate.${table} set ${column} = ${column} where ${column} = $1`, [
        keyOf(low),
      ]);
      const lock = `select from fieldgate.${table} where ${column} = $1 for update`;
      await blocker.query('begin');
      await blocker.query(lock, [keyOf(middle)]);
      const written = Promise.all([high, middle, low].map(write));
      written.catch(() => undefined);
      const isFree = async (one: Lockable): Promise<boolean> =>
        record.owner.query(`${lock} nowait`, [keyOf(one)]).then(
          () => true,
          () => false,
        );
      try {
        await eventually(async () => (await waiting()) === 1, { everyMs: 1 });
        // It waits for the middle one: what comes before is its own by then, and what comes after is not.
        expect([await isFree(low), await isFree(high)]).toEqual([false, true]);
      } finally {
        await blocker.query('rollback');
      }
      await written;
    });

    it('note in a log what was asked for at once in the order in which it was asked for', async () => {
      const device = await addDevice(record);
      const commands: Command[] = [];
      for (let n = 0; n < 5; n += 1) commands.push(await addCommand(record, newCommand(device)));
      const asked = commands.sort((one, other) => (one.id < other.id ? 1 : -1));
      await Promise.all(asked.map((command) => progress({ device, command })));
      const noted = (await record.activity(device.customerId)).filter(
        ({ kind }) => kind === 'command.resumed',
      );
      expect(noted.map(({ subject }) => subject.id)).toEqual(asked.map(({ id }) => id));
    });

    it('accept, rank and note what was proposed at once in the order in which it was proposed', async () => {
      const device = await addDevice(record);
      const other = await addDevice(record, { customerId: device.customerId });
      const drafts = Array.from({ length: 8 }, (_, n) => newCommand(n % 2 === 0 ? device : other));
      const asked = drafts.sort((one, next) => (one.id < next.id ? 1 : -1));
      const accepted = await Promise.all(asked.map((command) => addCommand(record, command)));
      const ranks = accepted.map(({ rank }) => rank);
      expect(ranks).toEqual([...ranks].sort((one, next) => one - next));
      const noted = await record.activity(device.customerId);
      expect(noted.map(({ subject }) => subject.id)).toEqual(asked.map(({ id }) => id));
    });
  });

  it('begin a log one after the other, however many are the first', async () => {
    const { customerId } = await addDevice(record);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        (n % 2 === 0 ? record : record.peer).unitOfWork.run(({ record: note }) => {
          note({ ...anyEntry, customerId });
          return Promise.resolve();
        }),
      ),
    );
    const log = await record.activity(customerId);
    expect(log).toHaveLength(12);
    expect(firstBroken(log)).toBeNull();
  });

  it('count what waits for a device one after the other, so that no two take its last place', async () => {
    const device = await addDevice(record);
    for (let n = 1; n < record.maxOpen; n += 1) await addCommand(record, newCommand(device));
    // Whoever has counted is kept from recording, at the log that both of them write to.
    await blocker.query('begin');
    await blocker.query('select from fieldgate.activity_heads where customer_id = $1 for update', [
      device.customerId,
    ]);
    const answers = Promise.all(
      [record, record.peer].map((gateway) => {
        const command = newCommand(device);
        return gateway.proposals.propose(command, proposed(command));
      }),
    );
    answers.catch(() => undefined);
    try {
      await eventually(async () => (await waiting()) === 2, { everyMs: 1 });
    } finally {
      await blocker.query('rollback');
    }
    expect((await answers).map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'queue_full']);
  });

  it('answer a proposal whose id is just being taken, for another device, with what it was taken for', async () => {
    const { id, customerId } = await addDevice(record);
    const command = newCommand(await addDevice(record, { customerId }));
    await blocker.query('begin');
    await blocker.query(
      `insert into fieldgate.commands (id, customer_id, device_id, type, type_version, parameters, priority, risk,
         delivery_class, state, proposed_by, created_at, expires_at, visibility_timeout_ms, max_attempts, changed_at)
       values ($1, $2, $3, 'ping', 1, '{}', 0, 'read', 'at_least_once', 'queued', '{}', now(),
         now() + interval '1 hour', 60000, 3, now())`,
      [command.id, customerId, id],
    );
    const answered = record.proposals.propose(command, proposed(command));
    answered.catch(() => undefined);
    try {
      await eventually(async () => (await waiting()) === 1, { everyMs: 1 });
    } finally {
      await blocker.query('commit');
    }
    expect(await answered).toMatchObject({ kind: 'repeated', command: { id: command.id, deviceId: id } });
  });

  it('pass over, where only marks are made, what somebody else has locked', async () => {
    const device = await addDevice(record);
    const [held, free] = [
      await addCommand(record, newCommand(device)),
      await addCommand(record, newCommand(device)),
    ];
    await blocker.query('begin');
    try {
      await blocker.query('select from fieldgate.commands where id = $1 for update', [held.id]);
      await record.deadlines.markDispatched([held, free]);
    } finally {
      await blocker.query('rollback');
    }
    const left = await record.deadlines.undispatched(0, 1_000);
    expect(left.map(({ command }) => command.id).filter((id) => id === held.id || id === free.id)).toEqual([
      held.id,
    ]);
  });

  it('mark a command once, and let whatever comes next over the same connection wait for the disk', async () => {
    const command = await addCommand(record, newCommand(await addDevice(record)));
    const place = async (): Promise<unknown> =>
      (await record.owner.query('select ctid from fieldgate.commands where id = $1', [command.id])).rows;
    await record.deadlines.markDispatched([command]);
    const marked = await place();
    await record.deadlines.markDispatched([command]);
    expect(await place()).toEqual(marked);
    const settings = await Promise.all(
      Array.from({ length: record.pool.driver.totalCount }, () =>
        record.pool.driver.query<{ synchronous_commit: string }>('show synchronous_commit'),
      ),
    );
    expect(settings.map(({ rows }) => rows[0]?.synchronous_commit)).toEqual(settings.map(() => 'on'));
  });

  // What has begun stays so until it ends, whether it is held, waits for its next attempt or for somebody to settle it.
  const begunStates = ['claimed', 'queued', 'unknown_outcome'] as const;
  it.each(
    [{ lane: 'one' }, { dedupeKey: 'one' }].flatMap((company) =>
      begunStates.map((state) => [company, state] as const),
    ),
  )(
    'never let two begin that share %j, also when the other one began after the look and is %s',
    async (company, state) => {
      const device = await addDevice(record);
      const other = await addCommand(record, newCommand(device, { ...company, notBefore: farAway }));
      const command = await addCommand(record, newCommand(device, company));
      const begin = () =>
        record.ledger.change(
          command.id,
          { deviceId: device.id },
          (stored, now, hindrance) => {
            const answer = claim(stored, { attemptId: 'a', leaseMs: null, nonce: 'n' }, now, hindrance);
            if (answer.kind !== 'claimed') return { outcome: answer.kind };
            return { outcome: answer.kind, save: { command: answer.command, entries: [] } };
          },
          { deviceId: device.id, tokenGeneration: device.tokenGeneration },
        );
      await blocker.query('begin');
      await blocker.query('select from fieldgate.devices where id = $1 for update', [device.id]);
      const begun = begin();
      begun.catch(() => undefined);
      try {
        await eventually(async () => (await waiting()) === 1, { everyMs: 1 });
        await blocker.query(
          `update fieldgate.commands set state = $2, attempt = 1, claim = '{}', version = version + 1
           where id = $1`,
          [other.id, state],
        );
      } finally {
        await blocker.query('commit');
      }
      expect(await begun).toEqual({ kind: 'decided', outcome: 'hindered' });
    },
  );
});
