import { setTimeout as sleep } from 'node:timers/promises';
import type { Battlefield, Fault } from './fault.js';

export const postgresRestart: Fault = {
  kind: 'Postgres immediate stop',
  impossibleBecause: () => null,
  strike: async ({ postgres, dice }) => {
    await postgres.crash();
    await sleep(dice.whole(100, 1_500));
    await postgres.restart();
    return {};
  },
};

/**
 * The cluster loses everything that it had not synchronized. Beside the gateways somebody commits asynchronously:
 * that some of these commits are gone proves that the power was really cut.
 */
export const postgresPowerLoss: Fault = {
  kind: 'Postgres power loss',
  impossibleBecause: ({ postgres }) => postgres.disk.steadyBecause,
  strike: async ({ postgres, dice }) => {
    const careless = await startCarelessWriter(postgres);
    await sleep(dice.whole(600, 900));
    postgres.disk.cut();
    const written = careless.stop();
    await postgres.kill();
    await postgres.disk.restore();
    await postgres.restart();
    // What was on its way may be there without having been answered.
    const lost = Math.max(0, written - (await careless.survivors()));
    return { note: `control: ${String(lost)} of ${String(written)} asynchronous commits lost` };
  },
};

async function startCarelessWriter(postgres: Battlefield['postgres']) {
  const client = await postgres.connect('postgres');
  await client.query('create table if not exists careless (life bigint, n bigint)');
  await client.query('set synchronous_commit = off');
  const life = Date.now();
  let written = 0;
  let over = false;
  const writing = (async () => {
    while (!over) {
      await client.query('insert into careless values ($1, $2)', [life, written + 1]);
      written += 1;
    }
  })().catch(() => undefined);
  return {
    stop: () => {
      over = true;
      return written;
    },
    survivors: async () => {
      await writing;
      await client.end().catch(() => undefined);
      const again = await postgres.connect('postgres');
      try {
        const { rows } = await again.query<{ n: string }>(
          'select count(*) as n from careless where life = $1',
          [life],
        );
        return Number(rows[0]?.n ?? 0);
      } finally {
        await again.end();
      }
    },
  };
}
