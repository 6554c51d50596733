import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompiledQuery } from 'kysely';
import pg from 'pg';

import type { Device } from '../../src/domain/device/device.js';
import { fixedKeys } from '../support/fixed-keys.js';
import { PostgresIdempotencyRecords } from '../../src/infrastructure/postgres/postgres-idempotency-records.js';
import { beginningOf } from '../../src/infrastructure/postgres/save-commands.js';
import type { Patience } from '../../src/infrastructure/postgres/save-commands.js';
import type { PostgresSession } from '../../src/infrastructure/postgres/postgres-session.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, claimIt, find, newCommand, proposed } from '../contract/record-seeds.js';

const unavailable = { code: 'dependency_unavailable' };

for (const way of ['direct', 'pooled'] as const) {
  describe(`limits on the server (${way})`, () => {
    let record: PostgresRecord;
    let sitter: pg.Client;
    beforeAll(async () => {
      record = await openPostgresRecord(way);
      sitter = new pg.Client({ connectionString: record.directUrl });
      await sitter.connect();
    });
    afterAll(async () => {
      await sitter.end();
      await record.close();
    });

    it('stop a statement that nobody waits for any more', async () => {
      await expect(record.pool.query(CompiledQuery.raw('select pg_sleep(10)'))).rejects.toMatchObject(
        unavailable,
      );
      const { rows } = await record.owner.query(
        `select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep(10)%' and pid <> pg_backend_pid()`,
      );
      expect(rows).toEqual([]);
    });

    it('are those of the transaction, and do not stay behind for whoever is next', async () => {
      const client = new pg.Client({ connectionString: record.url });
      await client.connect();
      for (let n = 0; n < 10; n += 1) {
        await record.pool.query(CompiledQuery.raw('select 1'));
        const { rows } = await client.query('select current_setting($1) as value', ['statement_timeout']);
        expect(rows).toEqual([{ value: '0' }]);
      }
      await client.end();
    });

    it('wait for a lock on behalf of all for less time than on behalf of one customer', async () => {
      const limitOf = async (patience: Patience): Promise<unknown> => {
        const ask = CompiledQuery.raw(`select current_setting('lock_timeout') as value`);
        const [row] = await record.pool.query<{ value: string }>(ask, beginningOf[patience]);
        return row?.value;
      };
      expect([await limitOf('brief'), await limitOf('wait')]).toEqual(['200ms', '500ms']);
    });

    it('leave time to forget however many old keys there are', async () => {
      const sizes: number[] = [];
      const session: PostgresSession = {
        async query(statement) {
          const before = await keys();
          const rows = await record.pool.query(statement);
          sizes.push(before - (await keys()));
          return rows;
        },
      };
      await record.owner.query(
        `insert into fieldgate.idempotency_keys (customer_id, actor_id, operation, key, fingerprint, operation_id,
           holder, held_until, created_at)
         select gen_random_uuid(), 'robin', 'POST /x', n, 'f', 'o', gen_random_uuid(), now(),
           now() - interval '25 hours' from generate_series(1, 9000) n`,
      );
      expect(await new PostgresIdempotencyRecords(session, fixedKeys(Buffer.alloc(32))).purge()).toBe(9_000);
      expect(await keys()).toBe(0);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4_000);
    });

    async function keys(): Promise<number> {
      const { rows } = await record.owner.query<{ count: number }>(
        'select count(*)::int as count from fieldgate.idempotency_keys',
      );
      return rows[0]?.count ?? 0;
    }

    it('let nobody suffer for a device that somebody sits on, but those who want that device', async () => {
      const held = await addDevice(record);
      const free = await addDevice(record);
      const others = await Promise.all(Array.from({ length: 5 }, () => addCommand(record, newCommand(free))));
      const stuck = await addCommand(record, newCommand(held));
      await sitter.query('begin');
      await sitter.query('select 1 from fieldgate.devices where id = $1 for update', [held.id]);
      await sitter.query('select 1 from fieldgate.commands where id = $1 for update', [stuck.id]);
      const asked = performance.now();
      const toHeld = newCommand(held);
      const toFree = newCommand(free);
      const answers = await Promise.allSettled([
        record.proposals.propose(toHeld, proposed(toHeld)),
        record.proposals.propose(toFree, proposed(toFree)),
        claimIt(record.ledger, stuck),
        ...others.map((command) => claimIt(record.ledger, command)),
      ]);
      expect(performance.now() - asked).toBeLessThan(2_000);
      await sitter.query('rollback');
      const [refusedProposal, proposal, refusedClaim, ...claims] = answers;
      expect(refusedProposal).toMatchObject({ status: 'rejected', reason: unavailable });
      expect(refusedClaim).toMatchObject({ status: 'rejected', reason: unavailable });
      expect(proposal).toMatchObject({ status: 'fulfilled', value: { kind: 'accepted' } });
      for (const claim of claims)
        expect(claim).toMatchObject({ status: 'fulfilled', value: { outcome: 'claimed' } });
      expect((await find(record, stuck)).state).toBe('queued');
      expect((await record.proposals.propose(toHeld, proposed(toHeld))).kind).toBe('accepted');
    });

    /**
     * Runs `work` while somebody sits on the customer's log and three others ask for what needs that log, again
     * and again. Answers what those were told.
     */
    async function whileLogIsHeld(
      customerId: string,
      asks: readonly (() => Promise<unknown>)[],
      work: () => Promise<void>,
    ): Promise<readonly PromiseSettledResult<unknown>[]> {
      const told: PromiseSettledResult<unknown>[] = [];
      let over = false;
      const repeat = async (ask: () => Promise<unknown>) => {
        while (!over) told.push(...(await Promise.allSettled([ask()])));
      };
      const lock = 'select 1 from fieldgate.activity_heads where customer_id = $1 for update';
      await sitter.query('begin');
      await sitter.query(lock, [customerId]);
      const repeating = asks.map(repeat);
      try {
        await work();
      } finally {
        over = true;
        await Promise.all(repeating);
        // Who was told that nobody knows may still get what they asked for, if the log comes free meanwhile.
        await Promise.all([record.ledger.drain(), record.proposals.drain()]);
        await sitter.query('rollback');
      }
      return told;
    }

    it('let no other customer suffer for a log that somebody sits on, who proposes', async () => {
      const held = await addDevice(record);
      const free = await addDevice(record);
      await addCommand(record, newCommand(held));
      const propose = (device: Device) => {
        const command = newCommand(device);
        return record.proposals.propose(command, proposed(command));
      };
      const asks = [1, 2, 3].map(() => () => propose(held));
      const told = await whileLogIsHeld(held.customerId, asks, async () => {
        const asked = performance.now();
        for (let n = 0; n < record.maxOpen; n += 1)
          expect(await propose(free)).toMatchObject({ kind: 'accepted' });
        expect(performance.now() - asked).toBeLessThan(5_000);
      });
      for (const answer of told) expect(answer).toMatchObject({ status: 'rejected', reason: unavailable });
      expect(await propose(held)).toMatchObject({ kind: 'accepted' });
      expect(await record.activity(held.customerId)).toHaveLength(2);
    });

    it('let no other customer suffer for a log that somebody sits on, who decides', async () => {
      const [held, free] = [await addDevice(record), await addDevice(record)];
      const stuck = await Promise.all([1, 2, 3].map(() => addCommand(record, newCommand(held))));
      const others = await Promise.all(
        Array.from({ length: record.maxOpen }, () => addCommand(record, newCommand(free))),
      );
      const asks = stuck.map((command) => () => claimIt(record.ledger, command));
      const told = await whileLogIsHeld(held.customerId, asks, async () => {
        const asked = performance.now();
        for (const command of others)
          expect(await claimIt(record.ledger, command)).toEqual({ kind: 'decided', outcome: 'claimed' });
        expect(performance.now() - asked).toBeLessThan(5_000);
      });
      for (const answer of told) expect(answer).toMatchObject({ status: 'rejected', reason: unavailable });
      for (const command of stuck)
        expect(await claimIt(record.ledger, command)).toEqual({ kind: 'decided', outcome: 'claimed' });
      expect(await record.activity(held.customerId)).toHaveLength(6);
    });
  });
}
