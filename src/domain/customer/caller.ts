import type { Cause } from '../activity/activity-entry.js';
import type { Principal } from './principal.js';

/** Somebody who acts for a customer, and the request they make. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

export const causeOfCaller = ({ principal, requestId }: Caller): Cause => ({
  actor: { kind: principal.kind, id: principal.id },
  requestId,
});
