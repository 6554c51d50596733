import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { PostgresClock } from '../../src/infrastructure/postgres/postgres-clock.js';
import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../../src/infrastructure/postgres/postgres-command-proposals.js';
import { RecentCommands } from '../../src/infrastructure/postgres/recent-commands.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addDevice, newCommand, proposed } from '../contract/record-seeds.js';
import { clockOf } from '../support/clock-of.js';

let record: PostgresRecord;
beforeAll(async () => {
  record = await openPostgresRecord('direct');
});
afterAll(() => record.close());

/** Changes a command that its gateway remembers, whose clock goes wrong by so much; answers what it was judged by. */
async function judgedBy(errorMs: number): Promise<readonly number[]> {
  const clock = new PostgresClock(record.pool);
  await clock.sync();
  const recent = new RecentCommands(clockOf(() => new Date(clock.now().getTime() + errorMs)));
  const command = newCommand(await addDevice(record));
  await new PostgresCommandProposals(record.pool, 10, recent).propose(command, proposed(command));
  const errors: number[] = [];
  await new PostgresCommandLedger(record.pool, recent).change(
    command.id,
    { deviceId: command.deviceId },
    (stored, now) => {
      errors.push(now.getTime() - clock.now().getTime());
      return { outcome: null, save: { command: stored, entries: [] } };
    },
  );
  return errors;
}

it('what is remembered is judged by the clock of the gateway, while it agrees with that of the record', async () => {
  const errors = await judgedBy(-100);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeLessThan(-50);
});

it.each([
  ['ahead', 1_000],
  ['behind', -10_000],
])(
  'what is remembered is judged anew, by the clock of the record, where that of the gateway is %s',
  async (_, errorMs) => {
    const errors = await judgedBy(errorMs);
    expect(errors).toHaveLength(2);
    expect(Math.abs(errors[0] ?? 0)).toBeGreaterThan(500);
    expect(Math.abs(errors[1] ?? 10_000)).toBeLessThan(500);
  },
);
