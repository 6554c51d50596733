/** Where a command stands. See `command-lifecycle.ts` for every move between them. */
export const commandStates = [
  'awaiting_approval',
  'queued',
  'claimed',
  'unknown_outcome',
  'succeeded',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'dead',
] as const;

export type CommandState = (typeof commandStates)[number];

/** Those that something can still leave, as they are written in the record's indexes. */
export const openStates = [
  'awaiting_approval',
  'queued',
  'claimed',
  'unknown_outcome',
] as const satisfies readonly CommandState[];

export type OpenState = (typeof openStates)[number];

const terminalStates: readonly CommandState[] = [
  'succeeded',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'dead',
];

/** True for a state that nothing leaves any more. `unknown_outcome` is not one: a person settles it. */
export const isTerminal = (state: CommandState): boolean => terminalStates.includes(state);
