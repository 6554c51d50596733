import { Lifecycle } from '../../src/composition/lifecycle.js';
import type { Bench } from '../bench.js';
import { HttpConnection } from '../http/http-connection.js';
import type { SignedInDevice } from '../http/signed-in-fleet.js';
import { signInFleet } from '../http/signed-in-fleet.js';
import { openGateway } from '../opened-gateway.js';
import type { GatewayStores } from '../services/gateway-process.js';
import { admin, startGatewayProcess } from '../services/gateway-process.js';
import type { ServerOptions, ServerProcess } from '../services/server-process.js';
import { startServer } from '../services/server-process.js';
import { enlargeFleet } from './live-fleet.js';

/** The gateway, the bare server and the least one, each in a process of its own, for one part of the row. */
export interface LiveStage {
  readonly bench: Bench;
  readonly stores: GatewayStores;
  readonly gateway: ServerProcess;
  readonly bare: ServerProcess;
  /** What it promises devices costs as little there as it can. */
  readonly least: ServerProcess;
}

export async function openStage(
  bench: Bench,
  stores: GatewayStores,
  options: ServerOptions = {},
): Promise<LiveStage> {
  const { redisUrl, databaseUrl, prefix } = stores;
  const env = { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, BARE_KEY: `${prefix}:bare` };
  const gateway = await startGatewayProcess(stores, bench.lifecycle, options);
  const bare = await startServer('bench/live/bare-live-server.js', '/ready', env, bench.lifecycle, options);
  const own = {
    REDIS_URL: redisUrl,
    REDIS_PREFIX: prefix,
    DATABASE_URL: databaseUrl,
  };
  const least = await startServer('bench/least/least-server.js', '/ready', own, bench.lifecycle);
  return { bench, stores, gateway, bare, least };
}

/** What was opened for one part must not keep the machine busy while the next one is measured. */
export async function alone<Result>(bench: Bench, part: (bench: Bench) => Promise<Result>): Promise<Result> {
  const lifecycle = new Lifecycle((message, { stage, err }) => {
    if (err instanceof Error) bench.note(`${message}: ${stage}: ${err.message}`);
  });
  bench.lifecycle.opened('a part of the row', () => lifecycle.close());
  const result = await part({ ...bench, lifecycle });
  await lifecycle.close();
  return result;
}

/** Somebody who may propose, as long as this gateway runs. */
export async function signInMember({ gateway }: LiveStage): Promise<string> {
  const connection = new HttpConnection(gateway.url);
  const { member } = await signInFleet(connection, admin, 0);
  connection.close();
  return member;
}

/** Devices of the same customer, signed in at every gateway that works on the stores. */
export async function signInDevices(
  { bench, stores, gateway }: LiveStage,
  size: number,
): Promise<readonly SignedInDevice[]> {
  const connection = new HttpConnection(gateway.url);
  const { devices } = await signInFleet(connection, admin, 1);
  connection.close();
  const [model] = devices;
  if (model === undefined) throw new Error('there is no device');
  return alone(bench, async ({ lifecycle }) =>
    enlargeFleet(await openGateway(stores, lifecycle, { loops: false }), model, size),
  );
}
