import { randomUUID } from 'node:crypto';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import { linesOf } from '../bench.js';
import { payload } from '../fleet.js';
import { HttpConnection } from '../http/http-connection.js';
import { metered } from '../http/metered-contender.js';
import type { SignedInFleet } from '../http/signed-in-fleet.js';
import type { Contender } from '../rounds.js';
import { race } from '../rounds.js';
import type { ServerProcess } from '../services/server-process.js';
import type { Line } from '../table.js';
import type { LiveStage } from './live-stage.js';
import type { PortalCrowd } from './portal-crowd.js';
import { openPortals } from './portal-crowd.js';

const portals = 1_000;
/** So many are proposed, by so many who do so side by side; the next ones when every portal has heard of all. */
const burst = 64;
const proposers = 16;

const work = { type: 'http_check', parameters: payload };

/** Events that reach portals of one customer while proposals go on, beside bare sockets that are sent as much. */
export async function fanOut(
  { bench, gateway, bare }: LiveStage,
  { member, devices }: SignedInFleet,
): Promise<readonly Line[]> {
  const { lifecycle, rounds, seconds, warmUp } = bench;
  const ours = await openPortals(
    {
      url: gateway.url,
      path: '/ws/customer',
      token: member,
      sockets: portals,
      hello: { type: 'subscribe', topics: ['activity'] },
      answer: 'subscribed',
      counted: 'event',
    },
    lifecycle,
  );
  const to = randomUUID();
  const listen = { hello: { type: 'listen', to }, answer: 'listen.ok', counted: 'command' };
  const theirs = await openPortals(
    { url: bare.url, path: '/', token: null, sockets: portals, ...listen },
    lifecycle,
  );
  const contenders = [
    metered(
      contenderOf('Fieldgate', ours, gateway, lifecycle, async (connection, number) => {
        const { id } = devices[number % devices.length] ?? { id: '' };
        await connection.call('POST', `/api/v1/customer/devices/${id}/commands`, member, work);
      }),
      gateway,
    ),
    metered(
      contenderOf('bare Fastify and ws', theirs, bare, lifecycle, async (connection) => {
        await connection.call('POST', '/push', null, { id: randomUUID(), to, ...work });
      }),
      bare,
    ),
  ];
  const rates = await race(contenders, { rounds, seconds, warmUp, callers: 1 });
  const names = contenders.map(({ name }) => name);
  const line = { row: 'live', what: `events to ${String(portals)} portals; proposers: ${String(proposers)}` };
  const perBurst = burst * portals;
  const events = rates.map((ofOne) => ofOne.map((rate) => rate * perBurst));
  const processor = contenders.map(({ cpuMs }) => cpuMs.map((ms) => (ms * 1_000) / perBurst));
  return [
    ...linesOf(names, events, { ...line, unit: 'events/s' }, {}),
    ...linesOf(names, processor, { ...line, unit: 'µs of the server’s processor' }, {}),
  ];
}

function contenderOf(
  name: string,
  crowd: PortalCrowd,
  { url }: ServerProcess,
  lifecycle: Lifecycle,
  propose: (connection: HttpConnection, number: number) => Promise<void>,
): Contender {
  const connections = Array.from({ length: proposers }, () => new HttpConnection(url));
  lifecycle.opened('proposers', () => {
    for (const connection of connections) connection.close();
  });
  let number = 0;
  const proposeInTurn = async (connection: HttpConnection): Promise<void> => {
    for (let turn = 0; turn < burst / proposers; turn += 1) {
      number += 1;
      await propose(connection, number);
    }
  };
  return {
    name,
    cycle: () => Promise.all([crowd.heard(burst * portals), ...connections.map(proposeInTurn)]),
  };
}
