import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ExportActivity } from '../../src/application/activity/export-activity.js';
import { VerifyActivity } from '../../src/application/activity/verify-activity.js';
import { VerifyExport } from '../../src/application/activity/verify-export.js';
import type { ActivityLog } from '../../src/application/ports/activity-log.js';
import type { LoggedEntry } from '../../src/domain/activity/logged-entry.js';
import { hashedPart } from '../../src/domain/activity/logged-entry.js';
import { CanonicalDigests } from '../../src/infrastructure/signing/canonical-digests.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCustomer, newId } from '../contract/record-seeds.js';
import { clockOf } from '../support/clock-of.js';

const digests = new CanonicalDigests();
const verifier = (log: ActivityLog, limitMs: number | null = null, clock = clockOf(() => new Date())) =>
  new VerifyActivity(log, digests, clock, limitMs);
const auditor = (customerId: string) =>
  ({ kind: 'cli', id: 'cli', name: 'cli', customerId, role: 'admin' }) as const;

describe('verifying a log that somebody may have rewritten', () => {
  let record: PostgresRecord;
  let customerId: string;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
  });
  afterAll(() => record.close());
  beforeEach(async () => {
    customerId = await addCustomer(record);
    await note(9);
  });

  const note = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      await record.unitOfWork.run(({ record: add }) => {
        add({
          customerId,
          kind: 'device.updated',
          actor: { kind: 'member', id: 'robin' },
          subject: { kind: 'device', id: 'till' },
          data: { n, text: 'Zürich' },
          requestId: 'r',
        });
        return Promise.resolve();
      });
    }
  };
  const verify = () => verifier(record.log).execute(auditor(customerId));
  /** Past every lock that the schema has, as only the owner of the server can. `$1` is the customer. */
  const rewrite = async (...statements: readonly string[]) => {
    await record.owner.query('begin; set local session_replication_role = replica');
    for (const statement of statements) await record.owner.query(statement, [customerId]);
    await record.owner.query('commit');
  };
  const exported = async () => {
    const entries: LoggedEntry[] = [];
    const { after, head } = await new ExportActivity(record.log).execute(customerId, (entry) => {
      entries.push(entry);
      return Promise.resolve();
    });
    return { entries, after, head };
  };
  const entriesOf = 'fieldgate.activity_entries where customer_id = $1';
  const set = (what: string, where: string) =>
    `update fieldgate.activity_entries set ${what} where customer_id = $1 and ${where}`;
  const setHead = (what: string) => `update fieldgate.activity_heads set ${what} where customer_id = $1`;
  const copyOf = (seq: string, from: number) =>
    `insert into fieldgate.activity_entries select customer_id, ${seq}, at, kind, actor_kind, actor_id, subject_kind,
       subject_id, data, request_id, prev_hash, hash from ${entriesOf} and seq = ${from}`;
  /** Everything from there on, one place further back or forward, in an order that meets nobody. */
  const shift = (from: number, by: number) => [
    set(`seq = -(seq + ${by})`, `seq >= ${from}`),
    set('seq = -seq', 'seq < 0'),
    setHead(`seq = seq + ${by}`),
  ];

  it('finds nothing wrong with a log as it was written', async () => {
    expect(await verify()).toEqual({ ok: true, entries: 9, brokenAt: null });
    await note(1);
    expect(await verify()).toEqual({ ok: true, entries: 10, brokenAt: null });
  });

  const changes = {
    kind: `kind = 'device.retired'`,
    time: `at = at + interval '1 microsecond'`,
    actor: `actor_id = 'kim'`,
    'kind of actor': `actor_kind = 'cli'`,
    subject: `subject_id = 'other'`,
    'kind of subject': `subject_kind = 'command'`,
    data: `data = '{"n":3,"text":"Basel"}'`,
    'spelling of the data': `data = data || ' '`,
    'data, which cannot be read': `data = 'nonsense'`,
    request: `request_id = null`,
    hash: `hash = sha256('forged')`,
    'former hash': `prev_hash = sha256('forged')`,
    'length of the hash': `hash = '\\x00'`,
  };
  it.each(Object.entries(changes))('finds a changed entry: its %s', async (_, change) => {
    await rewrite(set(change, 'seq = 4'));
    expect(await verify()).toEqual({ ok: false, entries: 9, brokenAt: 4 });
  });

  it('finds an entry that was forged together with its own hash, by the next one', async () => {
    const { entries } = await exported();
    const [before, changed] = [entries[2], entries[3]];
    if (before === undefined || changed === undefined) throw new Error('the log is too short');
    const forged = digests.after(before.hash, hashedPart({ ...changed, data: { n: 99 } })) ?? '';
    await rewrite(set(`data = '{"n":99}', hash = '\\x${forged}'`, 'seq = 4'));
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 5 });
  });

  const removals: readonly [string, number][] = [
    ['first', 1],
    ['one in the middle', 5],
    ['last', 9],
  ];
  it.each(removals)('finds a removed entry: the %s', async (_, seq) => {
    await rewrite(`delete from ${entriesOf} and seq = ${seq}`);
    expect(await verify()).toEqual({ ok: false, entries: 8, brokenAt: seq });
  });

  it('finds a removed end, and a removed log', async () => {
    await rewrite(`delete from ${entriesOf} and seq > 6`);
    expect(await verify()).toEqual({ ok: false, entries: 6, brokenAt: 7 });
    await rewrite(`delete from ${entriesOf}`);
    expect(await verify()).toEqual({ ok: false, entries: 0, brokenAt: 1 });
  });

  it('finds a removed entry whose gap was closed', async () => {
    await rewrite(`delete from ${entriesOf} and seq = 5`, ...shift(6, -1));
    expect(await verify()).toEqual({ ok: false, entries: 8, brokenAt: 5 });
  });

  it('finds an inserted entry: in the middle, behind the end, and before the beginning', async () => {
    await rewrite(...shift(5, 1), copyOf('5', 4));
    expect(await verify()).toEqual({ ok: false, entries: 10, brokenAt: 5 });
    customerId = await addCustomer(record);
    await note(3);
    await rewrite(copyOf('4', 3));
    expect(await verify()).toEqual({ ok: false, entries: 4, brokenAt: 4 });
    customerId = await addCustomer(record);
    await note(3);
    await rewrite(copyOf('-2', 3));
    expect(await verify()).toEqual({ ok: false, entries: 4, brokenAt: -2 });
  });

  it('finds two entries that changed places', async () => {
    await rewrite(set('seq = -seq', 'seq in (4, 5)'), set('seq = 9 + seq', 'seq < 0'));
    expect(await verify()).toEqual({ ok: false, entries: 9, brokenAt: 4 });
  });

  it('finds a changed head: its hash, its place, and that it is gone', async () => {
    await rewrite(setHead(`hash = sha256('forged')`));
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 9 });
    await rewrite(setHead('seq = 12'));
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 10 });
    await rewrite(setHead('seq = 7'));
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 8 });
    await rewrite('delete from fieldgate.activity_heads where customer_id = $1');
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 1 });
  });

  describe('whose beginning was forgotten on purpose', () => {
    beforeEach(async () => {
      await record.owner.query(`select fieldgate.forget_activity($1, now() + interval '1 day', 4)`, [
        customerId,
      ]);
    });

    it('finds nothing wrong, also when all of it was', async () => {
      expect(await verify()).toEqual({ ok: true, entries: 5, brokenAt: null });
      await record.owner.query(`select fieldgate.forget_activity($1, now() + interval '1 day', 9)`, [
        customerId,
      ]);
      expect(await verify()).toEqual({ ok: true, entries: 0, brokenAt: null });
      await rewrite(setHead(`forgotten_hash = sha256('forged')`));
      expect(await verify()).toEqual({ ok: false, entries: 0, brokenAt: 9 });
    });

    it('finds more missing than was forgotten, a moved mark, and what came back', async () => {
      await rewrite(setHead(`forgotten_hash = sha256('forged')`));
      expect(await verify()).toMatchObject({ ok: false, brokenAt: 5 });
      await rewrite(setHead('forgotten_seq = 3'));
      expect(await verify()).toMatchObject({ ok: false, brokenAt: 4 });
      customerId = await addCustomer(record);
      await note(6);
      await record.owner.query(`select fieldgate.forget_activity($1, now() + interval '1 day', 3)`, [
        customerId,
      ]);
      await rewrite(copyOf('2', 5));
      expect(await verify()).toMatchObject({ ok: false, brokenAt: 2 });
      await rewrite(`delete from ${entriesOf} and seq in (2, 4)`);
      expect(await verify()).toMatchObject({ ok: false, brokenAt: 4 });
    });

    it('has an export that is sound by the link it hangs on, and by no other', async () => {
      const { entries, after, head } = await exported();
      expect(await offline(entries, { after, head })).toMatchObject({ ok: true, entries: 5, last: head });
      expect(await offline(entries, { head })).toMatchObject({ ok: false, brokenAt: 1 });
    });
  });

  const offline = (
    entries: readonly (LoggedEntry | null)[],
    {
      after = null,
      head = null,
    }: Partial<Record<'after' | 'head', LoggedEntry | { seq: number; hash: string } | null>> = {},
  ) => new VerifyExport(digests).execute({ entries: streamOf(entries), after, head });

  it('needs nothing but an export to find the same', async () => {
    const { entries, head } = await exported();
    expect(await offline(entries)).toEqual({ ok: true, entries: 9, brokenAt: null, last: head });
    const changed = entries.map((entry) => (entry.seq === 4 ? { ...entry, data: {} } : entry));
    expect(await offline(changed)).toMatchObject({ ok: false, brokenAt: 4 });
    expect(await offline(entries.toSpliced(4, 1))).toMatchObject({ ok: false, entries: 8, brokenAt: 5 });
    expect(await offline(entries.toSpliced(0, 1))).toMatchObject({ ok: false, brokenAt: 1 });
    expect(await offline(entries.toSpliced(3, 0, ...entries.slice(3, 4)))).toMatchObject({ brokenAt: 4 });
    expect(await offline([...entries.slice(0, 6), null, ...entries.slice(7)])).toMatchObject({
      ok: false,
      brokenAt: 7,
    });
    expect(
      await offline(entries.map((entry) => (entry.seq === 2 ? { ...entry, customerId: newId() } : entry))),
    ).toMatchObject({ ok: false, brokenAt: 2 });
    const half = entries.map((entry) => (entry.seq === 3 ? { ...entry, requestId: '\ud800' } : entry));
    expect(await offline(half)).toMatchObject({ ok: false, brokenAt: 3 });
  });

  it('sees that an export lacks its end only by a head that is known from elsewhere', async () => {
    const { entries, head } = await exported();
    const cut = entries.slice(0, 6);
    expect(await offline(cut)).toMatchObject({ ok: true, last: { seq: 6, hash: cut[5]?.hash } });
    expect(await offline(cut, { head })).toMatchObject({ ok: false, brokenAt: 7 });
    expect(await offline(entries, { head })).toMatchObject({ ok: true });
    expect(await offline(entries, { head: { ...head, hash: '0'.repeat(64) } })).toMatchObject({
      brokenAt: 9,
    });
  });
});

describe('verifying a long log', () => {
  let record: PostgresRecord;
  let customerId: string;
  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    customerId = await addCustomer(record);
    await append(1_700);
  });
  afterAll(() => record.close());

  const append = (count: number) =>
    record.unitOfWork.run(({ record: add }) => {
      for (let n = 0; n < count; n += 1)
        add({
          customerId,
          kind: 'device.updated',
          actor: { kind: 'member', id: 'robin' },
          subject: { kind: 'device', id: 'till' },
          data: { n },
          requestId: null,
        });
      return Promise.resolve();
    });
  const forget = (count: number) =>
    record.owner.query(`select fieldgate.forget_activity($1, now() + interval '1 day', $2)`, [
      customerId,
      count,
    ]);

  it('goes on while others append, and while its beginning is forgotten', async () => {
    let reads = 0;
    const log: ActivityLog = {
      list: (...given) => record.log.list(...given),
      heads: (...given) => record.log.heads(...given),
      read: async (...given) => {
        reads += 1;
        if (reads === 2) await append(300);
        if (reads === 3) await forget(1_200);
        return record.log.read(...given);
      },
    };
    expect(await verifier(log).execute(auditor(customerId))).toEqual({
      ok: true,
      entries: 500 + 500 + 800,
      brokenAt: null,
    });
  });

  it('answers those who ask at the same time together, and everybody else anew', async () => {
    let reads = 0;
    const log: ActivityLog = {
      list: (...given) => record.log.list(...given),
      heads: (...given) => record.log.heads(...given),
      read: (...given) => {
        reads += 1;
        return record.log.read(...given);
      },
    };
    const one = verifier(log);
    const answers = await Promise.all([1, 2, 3].map(() => one.execute(auditor(customerId))));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    const together = reads;
    await one.execute(auditor(customerId));
    expect(reads).toBe(2 * together);
  });

  it('gives up when it takes too long, and says who has the time', async () => {
    let now = 0;
    const clock = clockOf(() => new Date((now += 1_100)));
    await expect(verifier(record.log, 1_000, clock).execute(auditor(customerId))).rejects.toMatchObject({
      code: 'verification_unfinished',
    });
  });
});

async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
