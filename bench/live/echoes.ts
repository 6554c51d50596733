import { linesOf } from '../bench.js';
import { countTrips } from '../http/counted-trips.js';
import { metered } from '../http/metered-contender.js';
import type { SignedInDevice, SignedInFleet } from '../http/signed-in-fleet.js';
import { race } from '../rounds.js';
import type { ServerProcess } from '../services/server-process.js';
import type { Line } from '../table.js';
import type { LiveStage } from './live-stage.js';
import { openLines } from './opened-lines.js';
import { atOnce, heartbeat, talk } from './talk.js';

/** Enough that none says more than 20 messages a second, as fast as the servers may be. */
const devicesThatTalk = 1_000;
const peopleThatTalk = 2_000;
const counted = 100;

/** A use case over the socket, and a message that is no use case, beside bare echoes that do as much. */
export async function echoes(stage: LiveStage, { member, devices }: SignedInFleet): Promise<readonly Line[]> {
  const trips = await tripsOfHeartbeat(stage, devices);
  stage.bench.note(`heartbeat over the socket: ${String(trips)} EVALSHA`);
  const tokens = devices.slice(0, devicesThatTalk).map(({ token }) => token);
  const people = new Array<string>(peopleThatTalk).fill(member);
  const use = { path: '/ws/device', tokens, said: heartbeat, answer: 'heartbeat.ok' };
  const aimed = { targets: { 'bare ws': 0.6 }, least: stage.least };
  const ping = { path: '/ws/customer', tokens: people, said: { type: 'ping' }, answer: 'pong' };
  return [
    ...(await compare(stage, 'heartbeat over the socket', use, { ...heartbeat, trips }, aimed)),
    ...(await compare(stage, 'ping over the socket', ping, { trips: 0 }, {})),
  ];
}

interface Conversation {
  readonly path: string;
  readonly tokens: readonly string[];
  readonly said: object;
  readonly answer: string;
}

interface Comparison {
  readonly targets?: Readonly<Record<string, number>>;
  /** Knows the devices too; null for what only the gateway can do. */
  readonly least?: ServerProcess | null;
}

async function compare(
  { bench, gateway, bare }: LiveStage,
  what: string,
  { path, tokens, said, answer }: Conversation,
  echoed: object,
  { targets = {}, least = null }: Comparison,
): Promise<readonly Line[]> {
  const strangers = new Array<null>(tokens.length).fill(null);
  const echo = { ...echoed, type: 'echo' };
  const ours = await openLines(gateway.url, path, tokens);
  const theirs = await openLines(bare.url, '/', strangers);
  const floor = least === null ? [] : await openLines(least.url, path, tokens);
  const sides = [
    metered(talk('Fieldgate', ours, said, answer), gateway),
    metered(talk('bare ws', theirs, echo, 'echo.ok'), bare),
    ...(least === null ? [] : [metered(talk('least ws', floor, said, answer), least)]),
  ];
  const { rounds, seconds, warmUp } = bench;
  const rates = await race(sides, { rounds, seconds, warmUp, callers: atOnce });
  for (const line of [...ours, ...theirs, ...floor]) line.close();
  const names = sides.map(({ name }) => name);
  const line = { row: 'live', what: `${what}; at once: ${String(atOnce)}` };
  const processor = sides.map(({ cpuMs }) => cpuMs);
  return [
    ...linesOf(names, rates, { ...line, unit: '1/s' }, targets),
    ...linesOf(names, processor, { ...line, unit: 'ms of the server’s processor' }, {}),
  ];
}

/** Before many are connected: of those the gateway makes sure now and then, with the same script. */
async function tripsOfHeartbeat(
  { stores, gateway }: LiveStage,
  devices: readonly SignedInDevice[],
): Promise<number> {
  // As many as it takes for none to say too much.
  const tokens = devices.slice(0, counted / 10).map(({ token }) => token);
  const lines = await openLines(gateway.url, '/ws/device', tokens);
  let turn = 0;
  const { evaluations } = await countTrips(stores, counted, async () => {
    turn += 1;
    await lines[turn % lines.length]?.ask(heartbeat, 'heartbeat.ok');
  });
  for (const line of lines) line.close();
  return evaluations;
}
