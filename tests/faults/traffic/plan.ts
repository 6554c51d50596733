import type { Needs } from '../history/history-event.js';
import type { Dice } from './dice.js';

/** What one proposal asks for. */
export interface PlannedCommand {
  readonly number: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly payload: string;
  readonly needs: Needs;
  readonly once: boolean;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly expiresInMs: number;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
}

/** Long enough for a lease of this many milliseconds to pass many times in a run. */
export const shortLeaseMs = 1_000;
export const usualLeaseMs = 5_000;
export const hourMs = 3_600_000;
export const shortestLifeMs = 60_000;

const shares = { change: 0.04, destructive: 0.02, lanes: 0.1, keyed: 0.04 } as const;
const lanes = ['network', 'storage'] as const;
const replaceableFolder = '/latest/';

/** A command whose parameters nobody else has. */
export function planCommand(dice: Dice, number: number, { brief = false } = {}): PlannedCommand {
  const kind = dice.roll();
  const name = `c${String(number)}`;
  const isPlain = brief || kind >= shares.change + shares.destructive;
  const company = dice.roll();
  // What waits for people, or never says how it went, would hold the others up.
  const lane = isPlain && !brief && company < shares.lanes ? dice.pick(lanes) : null;
  const isKeyed = isPlain && !brief && company > 1 - shares.keyed;
  const [type, parameters] = isPlain
    ? ['disk_usage', { path: `${isKeyed ? replaceableFolder : '/'}${name}` }]
    : kind < shares.change
      ? ['restart_service', { service: name }]
      : ['run_script', { script: name }];
  const dedupeKey = isKeyed ? 'latest' : null;
  const priority = dice.chance(0.8) ? 0 : dice.pick([-10, 10]);
  const maxAttempts = dice.chance(0.15) ? dice.whole(1, 2) : 5;
  const expiresInMs = brief ? shortestLifeMs : hourMs;
  return {
    number,
    body: {
      ...{ type, parameters, priority, maxAttempts, expiresInMs },
      ...(lane !== null && { lane }),
      ...(dedupeKey !== null && { dedupeKey }),
    },
    payload: payloadOf(type, parameters),
    needs: type === 'disk_usage' ? 'nothing' : 'approval',
    once: type === 'run_script',
    priority,
    maxAttempts,
    expiresInMs,
    lane,
    dedupeKey,
  };
}

/** Type and parameters as one text, however it has travelled. */
export const payloadOf = (type: string, parameters: unknown): string =>
  `${type} ${JSON.stringify(parameters)}`;

/** A newer one may take its place: then it leaves its queue, and nobody is told. */
export const isReplaceable = (payload: string): boolean => payload.includes(`"${replaceableFolder}`);
