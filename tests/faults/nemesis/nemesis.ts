import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../traffic/dice.js';
import { repairMs } from './fault.js';
import type { Battlefield, Fault } from './fault.js';
import { gatewayKill, gatewayPause } from './gateway-faults.js';
import { blackHole, droppedConnections, lostReplies, slowPostgres } from './network-faults.js';
import { postgresPowerLoss, postgresRestart } from './postgres-faults.js';
import {
  failoverByKill,
  failoverWithLostTail,
  redisFlush,
  redisPause,
  redisPowerLoss,
  redisRestart,
} from './redis-faults.js';

/** In the order in which a short run must not miss them. */
const onSingle: readonly Fault[] = [
  gatewayKill,
  gatewayPause,
  redisRestart,
  redisFlush,
  postgresRestart,
  slowPostgres,
  droppedConnections,
  redisPowerLoss,
  postgresPowerLoss,
  lostReplies,
  blackHole,
  redisPause,
];
const onSentinel: readonly Fault[] = [
  failoverWithLostTail,
  gatewayKill,
  failoverByKill,
  lostReplies,
  postgresRestart,
  redisFlush,
  gatewayPause,
];

/** Of so many faults, how many come while Redis has sentinels. */
export const sentinelShare = (faults: number): number => Math.max(faults > 1 ? 1 : 0, Math.floor(faults / 5));

export interface Schedule {
  readonly single: readonly Fault[];
  readonly sentinel: readonly Fault[];
}

export function schedule(dice: Dice, faults: number, impossible: ReadonlySet<string>): Schedule {
  const onWatch = sentinelShare(faults);
  const possible = (all: readonly Fault[]): readonly Fault[] =>
    all.filter(({ kind }) => !impossible.has(kind));
  return {
    single: repeated(dice, possible(onSingle), faults - onWatch),
    sentinel: repeated(dice, possible(onSentinel), onWatch),
  };
}

/** Each kind as often as any other, the first ones first where they do not all fit, in an order of the dice. */
function repeated(dice: Dice, kinds: readonly Fault[], count: number): readonly Fault[] {
  const chosen: Fault[] = [];
  while (chosen.length < count) chosen.push(...dice.shuffle(kinds.slice(0, count - chosen.length)));
  return chosen;
}

/** Strikes with each fault as soon as the run has come so far, and waits until it is whole again. */
export async function haunt(
  field: Battlefield,
  faults: readonly Fault[],
  {
    hasCome,
    setPace,
    isOver,
    log,
  }: {
    hasCome: (part: number) => boolean;
    /** How far the run may come at most until the next fault is over. */
    setPace: (part: number) => void;
    isOver: () => boolean;
    log: (line: string) => void;
  },
): Promise<void> {
  for (const [index, fault] of faults.entries()) {
    setPace((index + 1.5) / faults.length);
    while (!hasCome((index + 0.5) / faults.length) && !isOver()) await sleep(50);
    const { recorder } = field;
    const from = recorder.now();
    const { redisLost = 0, unnoticed = false, note = '' } = await fault.strike(field);
    const { kind } = fault;
    const lostTail = unnoticed && redisLost > 0;
    const to = recorder.now();
    recorder.record({ f: 'fault', kind, from, to, repairMs, redisLost, lostTail, note });
    log(`${kind}${note === '' ? '' : ` (${note})`}`);
  }
}
