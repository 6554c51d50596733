import type { LogEntry } from './log-entry.js';

/** Refusals, failures, and what went past the rules: what a reader looks for in a long log. */
const notable = new Set([
  'device.activation_code_voided',
  'device.sign_in_refused',
  'command.decision_refused',
  'command.lapsed',
  'command.broke_glass',
]);

export const isNotable = ({ kind, data }: Pick<LogEntry, 'kind' | 'data'>): boolean =>
  notable.has(kind) ||
  (kind === 'command.finished' && data['state'] !== 'succeeded' && data['state'] !== 'cancelled');
