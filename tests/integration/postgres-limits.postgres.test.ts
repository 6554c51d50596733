import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompiledQuery } from 'kysely';
import pg from 'pg';

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
  });
}
