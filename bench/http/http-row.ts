import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { OpenedContainer } from '../../src/composition/open-container.js';
import { deviceTokenText } from '../../src/domain/device/device-token.js';
import type { Bench, Row } from '../bench.js';
import { linesOf } from '../bench.js';
import type { Unit } from '../fleet.js';
import { payload, unitOf } from '../fleet.js';
import { openGateway } from '../opened-gateway.js';
import type { Filling } from '../least/least-commands.js';
import type { Contender } from '../rounds.js';
import { quantile, race } from '../rounds.js';
import { seedWaiting } from '../seed-waiting.js';
import { admin, startGatewayProcess } from '../services/gateway-process.js';
import { startServer } from '../services/server-process.js';
import type { Line } from '../table.js';
import { countTrips } from './counted-trips.js';
import { bareContender, claimAndReport, deviceContender, emptyPoll, halves } from './http-contenders.js';
import { HttpConnection } from './http-connection.js';
import { metered } from './metered-contender.js';
import type { SignedInDevice, SignedInFleet } from './signed-in-fleet.js';
import { signInFleet } from './signed-in-fleet.js';

const callers = 32;
const counted = 100;
const pollSamples = 100;

/** The gateway in a process of its own, beside a bare Fastify that waits for as many round trips. */
export const httpRow: Row = {
  name: 'http',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const { redisUrl, lifecycle } = bench;
    const databaseUrl = await bench.postgres.database('http', lifecycle);
    const stores = { redisUrl, databaseUrl, prefix: `${bench.prefix}-http` };
    const gateway = await startGatewayProcess(stores, lifecycle);
    const bareEnvironment = {
      REDIS_URL: redisUrl,
      DATABASE_URL: databaseUrl,
      BARE_KEY: `${stores.prefix}:bare`,
    };
    const bare = await startServer('bench/http/bare-server.js', '/ready', bareEnvironment, lifecycle);
    const leastEnvironment = {
      REDIS_URL: redisUrl,
      REDIS_PREFIX: stores.prefix,
      DATABASE_URL: databaseUrl,
    };
    const least = await startServer('bench/least/least-server.js', '/ready', leastEnvironment, lifecycle);
    // Seeds the queues past the doors, as a second gateway on the same stores would.
    const beside = await openGateway(stores, lifecycle, { loops: false });
    const connection = new HttpConnection(gateway.url);
    lifecycle.opened('connection', () => connection.close());
    const fleet = await signInFleet(connection, admin, 2 * callers);
    const [busy, idle] = [fleet.devices.slice(0, callers), fleet.devices.slice(callers)];

    const units = await unitsOf(beside, busy);
    const [first] = busy;
    if (first === undefined) throw new Error('there is no device');
    await seedWaiting(beside, units.slice(0, 1), counted);
    const trips = await countTrips(stores, counted, () => claimAndReport(connection, first));
    const { evaluations, statements } = trips;
    bench.note(
      `HTTP: claim + result take ${String(evaluations)} EVALSHA and ${String(statements)} Postgres transactions`,
    );

    const seats = Array.from({ length: callers }, (_, number) => leastDevice(number));
    // Opened when they are needed: whoever says nothing for a minute is cut off.
    const pairs = () => [
      [
        refilled(deviceContender('Fieldgate', gateway.url, busy, claimAndReport), (commands) =>
          seedWaiting(beside, units, commands),
        ),
        gateway,
      ] as const,
      [bareContender(bare.url, callers, halves(trips)), bare] as const,
      [
        refilled(deviceContender('least Fastify', least.url, seats, claimAndReport), (commands) =>
          fillLeast(least.url, seats, commands / callers),
        ),
        least,
      ] as const,
    ];
    const polls = () => [
      [deviceContender('Fieldgate', gateway.url, idle, emptyPoll), gateway] as const,
      [bareContender(bare.url, callers, [{ evaluations: 1, statements: 0 }]), bare] as const,
      [deviceContender('least Fastify', least.url, idle, emptyPoll), least] as const,
    ];
    const lines: Line[] = [];
    for (const [what, open] of [
      ['claim + result', pairs],
      ['empty poll', polls],
    ] as const) {
      const contenders = open();
      const sides = contenders.map(([contender, server]) => metered(contender, server));
      const rates = await race(sides, { ...bench, callers });
      const line = { row: 'http', what: `${what}; callers: ${String(callers)}` };
      const names = sides.map(({ name }) => name);
      lines.push(...linesOf(names, rates, { ...line, unit: '1/s' }, { 'bare Fastify': 0.8 }));
      const processor = sides.map(({ cpuMs }) => cpuMs);
      lines.push(...linesOf(names, processor, { ...line, unit: 'ms of the server’s processor' }, {}));
      for (const [contender] of contenders) contender.close();
    }
    return [...lines, ...(await parkedPolls(gateway.url, fleet, idle))];
  },
};

async function unitsOf(
  { database }: OpenedContainer,
  devices: readonly SignedInDevice[],
): Promise<readonly Unit[]> {
  const { rows } = await database.pool.driver.query<{ id: string; customer_id: string }>(
    'select id, customer_id from fieldgate.devices where id = any($1)',
    [devices.map(({ id }) => id)],
  );
  return rows.map(({ id, customer_id: customerId }) => unitOf(customerId, [customerId, customerId], id));
}

/** Sees to it that twice as much waits for every device as it can do in a turn; `fill` gives all of them as much. */
function refilled<Kind extends Contender>(
  contender: Kind,
  fill: (commands: number) => Promise<unknown>,
): Kind {
  let waiting = 0;
  let perSecond = 1_500;
  return {
    ...contender,
    prepare: async (seconds) => {
      const wanted = 2 * perSecond * seconds + 10 * callers;
      const more = Math.ceil((wanted - waiting) / callers) * callers;
      if (more <= 0) return;
      await fill(more);
      waiting += more;
    },
    finish: ({ cycles, seconds }) => {
      waiting -= cycles;
      perSecond = cycles / seconds;
      return Promise.resolve();
    },
  };
}

function leastDevice(number: number): SignedInDevice {
  const id = `least-${String(number)}`;
  return { id, token: deviceTokenText(id, randomBytes(32).toString('base64url')) };
}

async function fillLeast(url: string, devices: readonly SignedInDevice[], commands: number): Promise<void> {
  const fill = async ({ id: device, token }: SignedInDevice): Promise<void> => {
    const connection = new HttpConnection(url);
    const filling: Filling = { token, device, commands, parameters: payload };
    await connection.call('POST', '/fill', null, filling);
    connection.close();
  };
  await Promise.all(devices.map(fill));
}

/** From the request that proposes a command until the answer of the poll that waited for it. */
async function parkedPolls(
  url: string,
  { member }: SignedInFleet,
  [device]: readonly SignedInDevice[],
): Promise<readonly Line[]> {
  if (device === undefined) return [];
  const [polls, proposals] = [new HttpConnection(url), new HttpConnection(url)];
  const proposal = { type: 'http_check', parameters: payload };
  const samples: number[] = [];
  for (let sample = 0; sample < pollSamples; sample += 1) {
    const answer = polls
      .call('POST', '/api/v1/device/commands/claim', device.token, { limit: 1, waitMs: 10_000 })
      .then(() => performance.now());
    await setTimeout(25);
    const begun = performance.now();
    await proposals.call('POST', `/api/v1/customer/devices/${device.id}/commands`, member, proposal);
    samples.push((await answer) - begun);
  }
  polls.close();
  proposals.close();
  const line = { row: 'http', unit: 'ms', peer: '', theirs: [] };
  const what = 'create until a parked poll returns';
  return [
    { ...line, what: `${what}, p50`, ours: [quantile(samples, 0.5)], target: { atMost: 50 } },
    { ...line, what: `${what}, p99`, ours: [quantile(samples, 0.99)], target: null },
  ];
}
