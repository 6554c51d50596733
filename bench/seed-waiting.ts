import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { OpenedContainer } from '../src/composition/open-container.js';
import { use } from '../src/composition/provide.js';
import { DISPATCH_QUEUE } from '../src/composition/tokens.js';
import type { DispatchQueue } from '../src/application/ports/dispatch-queue.js';
import type { Placement } from '../src/domain/command/placement.js';
import { Fault } from '../src/domain/shared/fault.js';
import { queueRank } from '../src/domain/command/queue-rank.js';
import type { Unit } from './fleet.js';
import { Work } from './fleet.js';

/** So many rows are made by one statement, and so many offers are on their way to the dispatch store at once. */
const pageSize = 500;
const maxTries = 50;
const pauseMs = 200;

/**
 * Makes commands that wait, evenly spread over the devices, without proposing each: copies of one that was
 * proposed, in the record and in the dispatch store. It may go on beside a gateway that works on the same stores.
 */
export async function seedWaiting(
  opened: OpenedContainer,
  units: readonly Unit[],
  commands: number,
): Promise<void> {
  const [first] = units;
  if (first === undefined || commands < 1) return;
  const model = await new Work(opened.container).propose(first);
  const queue = use(opened.container, DISPATCH_QUEUE);
  const copies = await copier(opened.database.pool.driver, model.id);
  const devices = units.map(({ device }) => device.deviceId);
  // While the dispatch store takes in one page, the record makes the next.
  let placed = Promise.resolve();
  for (let made = 1; made < commands; made += pageSize) {
    const size = Math.min(pageSize, commands - made);
    const deviceIds = Array.from({ length: size }, (_, n) => devices[(made + n) % devices.length] ?? '');
    const [rows] = await Promise.all([copies(deviceIds), placed]);
    placed = placePatiently(
      queue,
      rows.map(({ id, device_id: deviceId, acceptance }) => ({
        kind: 'offer',
        deviceId,
        commandId: id,
        rank: queueRank(model.priority, acceptance),
        delayMs: 0,
        dueInMs: model.expiresAt.getTime() - model.createdAt.getTime(),
      })),
    );
  }
  await placed;
}

/** A page is more than the connection is made for, and may take longer than it waits on a busy machine. */
async function placePatiently(queue: DispatchQueue, placements: readonly Placement[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await queue.place(placements);
      return;
    } catch (error) {
      if (tries === maxTries || !(error instanceof Fault) || error.kind !== 'unavailable') throw error;
      await setTimeout(pauseMs);
    }
  }
}

interface Copy {
  readonly id: string;
  readonly device_id: string;
  readonly acceptance: number;
}

/** Copies the command once per device named. */
async function copier(
  driver: Pool,
  modelId: string,
): Promise<(deviceIds: readonly string[]) => Promise<readonly Copy[]>> {
  const columns = await copiedColumns(driver);
  const text = `
    insert into fieldgate.commands (id, device_id, dispatched, ${columns.join(', ')})
    select gen_random_uuid(), n.device, true, ${columns.map((name) => `m.${name}`).join(', ')}
    from fieldgate.commands m, unnest($2::text[]) with ordinality as n (device, place) where m.id = $1
    order by n.place returning id, device_id, acceptance`;
  return async (deviceIds) =>
    (await driver.query<Copy>({ name: 'copy', text, values: [modelId, deviceIds] })).rows;
}

/** What a copy shares with its model, whatever columns there are. */
async function copiedColumns(driver: Pool): Promise<readonly string[]> {
  const { rows } = await driver.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = 'fieldgate.commands'::regclass and attnum > 0 and not attisdropped and attidentity = ''
       and attname not in ('id', 'device_id', 'dispatched')`,
  );
  return rows.map(({ name }) => `"${name}"`);
}
