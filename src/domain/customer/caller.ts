import type { Cause } from '../activity/activity-entry.js';
import { generalFaults } from '../shared/general-faults.js';
import type { Principal } from './principal.js';
import type { SignIn } from './sign-in.js';

/** Somebody who acts for a customer, and the request they make. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
  /** Of a person who has shown one. */
  readonly signIn?: SignIn;
}

export const causeOfCaller = ({ principal, requestId }: Caller): Cause => ({
  actor: { kind: principal.kind, id: principal.id },
  requestId,
});

/** The sign-in that a caller acts under. Throws `unauthenticated` where none was shown. */
export function signInOf({ signIn }: Caller): SignIn {
  if (signIn === undefined) throw generalFaults.unauthenticated();
  return signIn;
}
