import type { Bench } from '../bench.js';
import type { SignedInDevice } from '../http/signed-in-fleet.js';
import type { GatewayStores } from '../services/gateway-process.js';
import type { ServerProcess } from '../services/server-process.js';
import type { Line } from '../table.js';
import { alone, openStage } from './live-stage.js';
import { openLines } from './opened-lines.js';
import type { SocketLine } from './socket-line.js';

/** The first ones make room that others find, so they are not counted. */
const warmUp = 2_000;
const counted = 5_000;
const mostRounds = 3;

/** What a server needs for one connection more, in KiB. */
interface Weight {
  readonly rss: number;
  readonly heap: number;
}

interface Weights {
  readonly signedIn: Weight;
  readonly ready: Weight;
  readonly bare: Weight;
}

/** What a connection over which nothing is said costs. Every round weighs servers that have just been started. */
export async function idleConnections(
  bench: Bench,
  stores: GatewayStores,
  devices: readonly SignedInDevice[],
): Promise<readonly Line[]> {
  const tokens = devices.slice(0, warmUp + counted).map(({ token }) => token);
  const rounds: Weights[] = [];
  for (let round = 0; round < Math.min(bench.rounds, mostRounds); round += 1) {
    const first = await alone(bench, async (part) => {
      const { gateway, bare } = await openStage(part, stores, { weighed: true });
      const nobody = new Array<null>(tokens.length).fill(null);
      return {
        signedIn: await weigh(part, gateway, '/ws/device', tokens),
        bare: await weigh(part, bare, '/', nobody),
      };
    });
    const ready = await alone(bench, async (part) => {
      const { gateway } = await openStage(part, stores, { weighed: true });
      return weigh(part, gateway, '/ws/device', tokens, beReady);
    });
    rounds.push({ ...first, ready });
  }
  return linesOfRounds(rounds);
}

const beReady = (line: SocketLine): Promise<unknown> => line.ask({ type: 'ready', capacity: 4 }, 'ready.ok');

async function weigh(
  { lifecycle }: Bench,
  server: ServerProcess,
  path: string,
  tokens: readonly (string | null)[],
  begin?: (line: SocketLine) => Promise<unknown>,
): Promise<Weight> {
  const open = async (from: number, to: number): Promise<void> => {
    const lines = await openLines(server.url, path, tokens.slice(from, to), begin);
    lifecycle.opened('connections', () => {
      for (const line of lines) line.close();
    });
  };
  await open(0, warmUp);
  const before = await server.settledMemory();
  await open(warmUp, warmUp + counted);
  const after = await server.settledMemory();
  const each = (bytes: number): number => bytes / 1_024 / counted;
  return { rss: each(after.rss - before.rss), heap: each(after.heapUsed - before.heapUsed) };
}

function linesOfRounds(rounds: readonly Weights[]): readonly Line[] {
  const what = `idle connection, ${String(counted)} after ${String(warmUp)}`;
  const weights = (of: keyof Weights, kind: keyof Weight): number[] => rounds.map((round) => round[of][kind]);
  const over = rounds.map(({ signedIn, bare }) => signedIn.rss - bare.rss);
  const single = { row: 'live', unit: 'KiB of RSS', peer: '', theirs: [] };
  const lines: Line[] = [];
  for (const [of, name] of [
    ['signedIn', 'signed in'],
    ['ready', 'signed in and ready'],
  ] as const) {
    for (const [kind, unit] of [
      ['rss', 'KiB of RSS'],
      ['heap', 'KiB of heap'],
    ] as const) {
      const theirs = weights('bare', kind);
      const ours = weights(of, kind);
      lines.push({
        row: 'live',
        what: `${what}; ${name}`,
        unit,
        ours,
        peer: 'bare ws',
        theirs,
        target: null,
      });
    }
  }
  return [{ ...single, what: `${what}; over bare ws`, ours: over, target: { atMost: 12 } }, ...lines];
}
