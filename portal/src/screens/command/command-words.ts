import type { Command } from '../../api/things.js';

interface StateLook {
  readonly word: string;
  readonly class: string;
  readonly mark: string;
}

const looks: Readonly<Record<Command['state'], StateLook>> = {
  awaiting_approval: { word: 'Awaits approval', class: 'text-warning', mark: '◇' },
  queued: { word: 'Queued', class: 'text-info', mark: '…' },
  claimed: { word: 'Running', class: 'text-info', mark: '▶' },
  unknown_outcome: { word: 'Outcome unknown', class: 'text-error', mark: '?' },
  succeeded: { word: 'Succeeded', class: 'text-success', mark: '✓' },
  failed: { word: 'Failed', class: 'text-error', mark: '✕' },
  rejected: { word: 'Denied', class: 'text-error', mark: '✕' },
  expired: { word: 'Expired', class: 'quiet', mark: '–' },
  cancelled: { word: 'Cancelled', class: 'quiet', mark: '–' },
  dead: { word: 'Gave up', class: 'text-error', mark: '✕' },
};

export const lookOf = (state: Command['state']): StateLook => looks[state];

export const isOver = ({ state }: Pick<Command, 'state'>): boolean =>
  ['succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead'].includes(state);

/** Why a command does not run yet, in words for people. */
export const waitingWords: Readonly<Record<string, string>> = {
  awaiting_approval: 'It waits for people to approve it.',
  device_not_active: 'Its device is not active.',
  device_offline: 'Its device is not connected.',
  queue_paused: "The device's queue is paused.",
  not_before: 'It was asked to begin later.',
  backing_off: 'It rests before the next attempt.',
  behind_command: 'Another command of the device goes first.',
  ready: 'The device gets it with its next claim.',
  claimed: 'The device has it.',
  cancel_requested: 'The device was asked to stop it.',
  outcome_unknown: 'The device went silent while it ran: a person has to settle it.',
};

/** Stable words of the gateway, as people say them. */
export const reasonWords = (reason: string): string => reason.replaceAll('_', ' ');
