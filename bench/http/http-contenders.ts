import type { Contender } from '../rounds.js';
import type { Trips } from './counted-trips.js';
import { HttpConnection } from './http-connection.js';
import type { SignedInDevice } from './signed-in-fleet.js';

interface Claimed {
  readonly commands: readonly { readonly id: string; readonly claimToken: string }[];
}

const commands = '/api/v1/device/commands';
const result = { status: 'succeeded', output: 'ok' };

/** Claims a command and reports its result: two requests. */
export async function claimAndReport(connection: HttpConnection, { token }: SignedInDevice): Promise<void> {
  const claimed = await connection.call<Claimed>('POST', `${commands}/claim`, token, { limit: 1 });
  const [command] = claimed.commands;
  if (command === undefined) throw new Error('a device found nothing to do');
  const { id, claimToken } = command;
  await connection.call('POST', `${commands}/${id}/result`, token, { claimToken, ...result });
}

/** Each caller has a device, and a connection of its own. */
export function deviceContender(
  name: string,
  url: string,
  devices: readonly SignedInDevice[],
  request: (connection: HttpConnection, device: SignedInDevice) => Promise<unknown>,
): Contender & { close(): void } {
  const seats = devices.map((device) => ({ device, connection: new HttpConnection(url) }));
  return {
    name,
    cycle: async (caller) => {
      const seat = seats[caller];
      if (seat === undefined) throw new Error('there are more callers than devices');
      await request(seat.connection, seat.device);
    },
    close: () => seats.forEach(({ connection }) => connection.close()),
  };
}

export const emptyPoll = (connection: HttpConnection, { token }: SignedInDevice): Promise<unknown> =>
  connection.call('POST', `${commands}/claim`, token, { limit: 1 });

/** As many requests as ours, each with so many trips. */
export function bareContender(
  url: string,
  callers: number,
  requests: readonly Trips[],
): Contender & { close(): void } {
  const connections = Array.from({ length: callers }, () => new HttpConnection(url));
  return {
    name: 'bare Fastify',
    cycle: async (caller) => {
      for (const trips of requests) await connections[caller]?.call('POST', '/trips', null, trips);
    },
    close: () => connections.forEach((connection) => connection.close()),
  };
}

/** The trips of a pair of requests, the first of which has one more where they are odd. */
export const halves = ({ evaluations, statements }: Trips): readonly [Trips, Trips] => [
  { evaluations: Math.ceil(evaluations / 2), statements: Math.ceil(statements / 2) },
  { evaluations: Math.floor(evaluations / 2), statements: Math.floor(statements / 2) },
];
