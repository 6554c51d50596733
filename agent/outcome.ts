export const outcomeStatuses = ['succeeded', 'failed', 'timed_out', 'cancelled', 'refused'] as const;
export type OutcomeStatus = (typeof outcomeStatuses)[number];

/** How a command ended on this device. `data` is JSON for programs, `output` text for people. */
export interface Outcome {
  readonly status: OutcomeStatus;
  readonly output?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

export type OutcomeDetails = Pick<Outcome, 'output' | 'data'>;

export function succeeded(details: OutcomeDetails): Outcome {
  return { status: 'succeeded', ...details };
}

export function failed(code: string, message: string, details: OutcomeDetails = {}): Outcome {
  return { status: 'failed', error: { code, message }, ...details };
}

export function timedOut(message: string, details: OutcomeDetails = {}): Outcome {
  return { status: 'timed_out', error: { code: 'time_limit', message }, ...details };
}

/** Nothing was done: the device may not, cannot, or does not know how. */
export function refused(code: string, message: string): Outcome {
  return { status: 'refused', error: { code, message } };
}

export function toolMissing(message: string): Outcome {
  return refused('tool_missing', message);
}

export function notAllowed(message: string): Outcome {
  return refused('not_allowed', message);
}
