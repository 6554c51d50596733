import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PurgeCommands } from '../../src/application/command/purge-commands.js';
import { addDevice } from '../contract/record-seeds.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';

let record: PostgresRecord;
beforeAll(async () => {
  record = await openPostgresRecord('direct');
});
afterAll(() => record.close());

it('goes on until nothing old is left, batch by batch, and keeps everything when told to', async () => {
  const { id, customerId } = await addDevice(record);
  await record.owner.query(
    `insert into fieldgate.commands (id, customer_id, device_id, type, type_version, parameters, priority, risk,
       delivery_class, state, proposed_by, created_at, expires_at, visibility_timeout_ms, max_attempts, finished_at,
       changed_at)
     select gen_random_uuid(), $1, $2, 'ping', 1, '{}', 0, 'read', 'at_least_once', 'succeeded', '{}', now(), now(),
       1000, 1, now() - interval '2 days', now() from generate_series(1, 1200)`,
    [customerId, id],
  );
  const dayMs = 86_400_000;
  expect(await new PurgeCommands(record.history, null).execute()).toBe(0);
  expect(await new PurgeCommands(record.history, 3 * dayMs).execute()).toBe(0);
  expect(await new PurgeCommands(record.history, dayMs).execute()).toBe(1_200);
});
