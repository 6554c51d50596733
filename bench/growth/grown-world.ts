import type { Bench } from '../bench.js';
import type { Unit } from '../fleet.js';
import { seedUnits, Work } from '../fleet.js';
import { openGateway } from '../opened-gateway.js';
import { seedWaiting } from '../seed-waiting.js';

export interface WorldSize {
  readonly commands: number;
  readonly devices: number;
}

/** Stores of its own in which so many commands wait for so many devices. */
export interface GrownWorld extends WorldSize {
  /** One device claims one command; how long that took, in milliseconds. Afterwards as much waits as before. */
  claimOnce(): Promise<number>;
}

export async function growWorld(bench: Bench, redisUrl: string, size: WorldSize): Promise<GrownWorld> {
  const name = `grown_${String(size.commands)}_${String(size.devices)}`;
  const stores = {
    databaseUrl: await bench.postgres.database(name, bench.lifecycle),
    redisUrl,
    prefix: `${bench.prefix}-${String(size.commands)}-${String(size.devices)}`,
  };
  // Without loops: what they cost is no part of a claim, and placing everything anew would begin in the middle.
  const settings = { loops: false, connections: 2 };
  const opened = await openGateway(stores, bench.lifecycle, settings);
  // What a gateway wrote itself it judges from memory. Of a million that wait it knows few, so here it knows none.
  const another = await openGateway(stores, bench.lifecycle, settings);
  const units = await seedUnits(opened, 1, size.devices);
  const { driver } = opened.database.pool;
  await withoutIndexes(driver, () => seedWaiting(opened, units, size.commands));
  await driver.query('vacuum (analyze) fieldgate.commands');
  await driver.query('vacuum (analyze) fieldgate.devices');
  const work = new Work(opened.container);
  const proposals = new Work(another.container);
  const turns = unitsInTurn(units);
  return {
    ...size,
    claimOnce: async () => {
      const unit = turns();
      const begun = performance.now();
      const claimed = await work.claim(unit);
      const ms = performance.now() - begun;
      await work.finish(unit, claimed);
      await proposals.propose(unit);
      return ms;
    },
  };
}

/** A different device each time, far apart from each other. */
function unitsInTurn(units: readonly Unit[]): () => Unit {
  let turn = 0;
  return () => {
    turn += 1;
    const unit = units[(turn * 7_919) % units.length];
    if (unit === undefined) throw new Error('there is no device');
    return unit;
  };
}

/** Filling a table first and indexing it afterwards takes a fraction of the time; what comes out is the same. */
async function withoutIndexes(
  driver: { query(text: string): Promise<{ rows: unknown[] }> },
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await driver.query(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = 'fieldgate.commands'::regclass and not indisunique`,
  );
  const indexes = rows as readonly { readonly name: string; readonly definition: string }[];
  for (const { name } of indexes) await driver.query(`drop index ${name}`);
  await fill();
  for (const { definition } of indexes) await driver.query(definition);
}
