import type { Bench } from '../bench.js';
import { metered } from '../http/metered-contender.js';
import type { SignedInDevice } from '../http/signed-in-fleet.js';
import { race } from '../rounds.js';
import type { GatewayStores } from '../services/gateway-process.js';
import { startGatewayProcess } from '../services/gateway-process.js';
import type { Line } from '../table.js';
import { openLines } from './opened-lines.js';
import { atOnce, heartbeat, talk } from './talk.js';

/** As many heartbeats as one gateway takes in, with every device of the fleet connected to it. */
export async function manyHeartbeats(
  { lifecycle, rounds, seconds, warmUp }: Bench,
  stores: GatewayStores,
  devices: readonly SignedInDevice[],
): Promise<readonly Line[]> {
  const gateway = await startGatewayProcess(stores, lifecycle);
  const tokens = devices.map(({ token }) => token);
  const connections = await openLines(gateway.url, '/ws/device', tokens);
  lifecycle.opened('connections', () => {
    for (const connection of connections) connection.close();
  });
  const contender = metered(talk('Fieldgate', connections, heartbeat, 'heartbeat.ok'), gateway);
  const [rates = []] = await race([contender], { rounds, seconds, warmUp, callers: atOnce });
  const what = `heartbeats; devices connected: ${String(devices.length)}, at once: ${String(atOnce)}`;
  const line = { row: 'live', what, peer: '', theirs: [], target: null };
  return [
    { ...line, unit: '1/s', ours: rates },
    { ...line, unit: 'ms of the server’s processor', ours: contender.cpuMs },
  ];
}
