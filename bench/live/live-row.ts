import type { Bench, Row } from '../bench.js';
import { echoes } from './echoes.js';
import { fanOut } from './fan-out.js';
import { idleConnections } from './idle-connections.js';
import { alone, openStage, signInDevices, signInMember } from './live-stage.js';
import { manyHeartbeats } from './many-heartbeats.js';
import { pushLatency } from './push-latency.js';
import type { Line } from '../table.js';

/** Both ends of each fit into what a process may have open. */
const fleetSize = 10_000;

/** The gateway's sockets, in a process of its own, beside bare ones. */
export const liveRow: Row = {
  name: 'live',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const databaseUrl = await bench.postgres.database('live', bench.lifecycle);
    const stores = { redisUrl: bench.redisUrl, databaseUrl, prefix: `${bench.prefix}-live` };
    const lines: Line[] = [];
    const devices = await alone(bench, async (part) => {
      const stage = await openStage(part, stores);
      const fleet = { member: await signInMember(stage), devices: await signInDevices(stage, fleetSize) };
      lines.push(...(await alone(part, (own) => echoes({ ...stage, bench: own }, fleet))));
      lines.push(...(await alone(part, (own) => pushLatency({ ...stage, bench: own }, fleet))));
      lines.push(...(await alone(part, (own) => fanOut({ ...stage, bench: own }, fleet))));
      return fleet.devices;
    });
    lines.push(...(await idleConnections(bench, stores, devices)));
    lines.push(...(await alone(bench, (part) => manyHeartbeats(part, stores, devices))));
    return lines;
  },
};
