import type { CommandState } from './command-state.js';
import { isTerminal } from './command-state.js';

/** What can happen to a command. */
export const commandEvents = [
  /** the quorum of approvals is there */
  'approved',
  /** a person denied it */
  'denied',
  /** nobody decided within the approval window */
  'approval_lapsed',
  /** a person, or the end of what it depended on, called it off before it started */
  'called_off',
  /** it was not started in time */
  'not_started',
  /** a device took it */
  'claimed',
  /** the claim that had lapsed, and that nobody superseded, showed a sign of life */
  'resumed',
  /** the device gave it back, or its lease lapsed, and attempts remain */
  'returned',
  /** the device gave it back, or its lease lapsed, and no attempt remains */
  'exhausted',
  /** the lease of an at-most-once command lapsed: nobody knows what happened */
  'outcome_lost',
  /** the device, or a person who settles it, says how it ended */
  'succeeded',
  'failed',
  'stopped',
] as const;

export type CommandEvent = (typeof commandEvents)[number];

const ends = { succeeded: 'succeeded', failed: 'failed', stopped: 'cancelled' } as const;

/** Every move there is. Whatever is not listed here is refused, by the name that `refusals` gives it. */
export const commandTransitions: Readonly<
  Record<CommandState, Readonly<Partial<Record<CommandEvent, CommandState>>>>
> = {
  awaiting_approval: {
    approved: 'queued',
    denied: 'rejected',
    approval_lapsed: 'expired',
    called_off: 'cancelled',
  },
  // A lapsed claim leaves the command queued; until somebody claims it anew, that claim's word still counts.
  queued: {
    claimed: 'claimed',
    resumed: 'claimed',
    not_started: 'expired',
    called_off: 'cancelled',
    ...ends,
  },
  claimed: { returned: 'queued', exhausted: 'dead', outcome_lost: 'unknown_outcome', ...ends },
  // Nothing leads back to a device from here: what it still has to say is how it ended.
  unknown_outcome: ends,
  succeeded: {},
  failed: {},
  rejected: {},
  expired: {},
  cancelled: {},
  dead: {},
};

export type TransitionRefusal =
  | 'command_finished'
  | 'not_awaiting_approval'
  | 'already_claimed'
  | 'not_claimed'
  | 'not_claimable'
  | 'already_started';

const refusals: Readonly<Record<CommandEvent, TransitionRefusal>> = {
  approved: 'not_awaiting_approval',
  denied: 'not_awaiting_approval',
  approval_lapsed: 'not_awaiting_approval',
  called_off: 'already_started',
  not_started: 'already_started',
  claimed: 'not_claimable',
  resumed: 'not_claimed',
  returned: 'not_claimed',
  exhausted: 'not_claimed',
  outcome_lost: 'not_claimed',
  succeeded: 'not_claimed',
  failed: 'not_claimed',
  stopped: 'not_claimed',
};

export type TransitionAnswer = { readonly to: CommandState } | { readonly refused: TransitionRefusal };

/** The state after the event, or the name of the refusal. Total: it answers every pair. */
export function transition(state: CommandState, event: CommandEvent): TransitionAnswer {
  const to = commandTransitions[state][event];
  if (to !== undefined) return { to };
  if (isTerminal(state)) return { refused: 'command_finished' };
  if (state === 'claimed' && event === 'claimed') return { refused: 'already_claimed' };
  return { refused: refusals[event] };
}
