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
}

/** Long enough for a lease of this many milliseconds to pass many times in a run. */
export const shortLeaseMs = 1_000;
export const usualLeaseMs = 5_000;
export const hourMs = 3_600_000;
export const shortestLifeMs = 60_000;

const shares = { change: 0.04, destructive: 0.02 } as const;

/** A command whose parameters nobody else has. */
export function planCommand(dice: Dice, number: number, { brief = false } = {}): PlannedCommand {
  const kind = dice.roll();
  const name = `c${String(number)}`;
  const [type, parameters] =
    brief || kind >= shares.change + shares.destructive
      ? ['disk_usage', { path: `/${name}` }]
      : kind < shares.change
        ? ['restart_service', { service: name }]
        : ['run_script', { script: name }];
  const priority = dice.chance(0.8) ? 0 : dice.pick([-10, 10]);
  const maxAttempts = dice.chance(0.15) ? dice.whole(1, 2) : 5;
  const expiresInMs = brief ? shortestLifeMs : hourMs;
  return {
    number,
    body: { type, parameters, priority, maxAttempts, expiresInMs },
    payload: payloadOf(type, parameters),
    needs: type === 'disk_usage' ? 'nothing' : 'approval',
    once: type === 'run_script',
    priority,
    maxAttempts,
    expiresInMs,
  };
}

/** Type and parameters as one text, however it has travelled. */
export const payloadOf = (type: string, parameters: unknown): string =>
  `${type} ${JSON.stringify(parameters)}`;
