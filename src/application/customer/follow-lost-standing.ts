import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Role } from '../../domain/customer/role.js';
import type { Transaction } from '../ports/unit-of-work.js';

/** What became of a member who may do less than before. */
export type LostStanding =
  | { readonly kind: 'removed'; readonly was: Role }
  | { readonly kind: 'demoted'; readonly was: Role; readonly is: Role };

/**
 * The one place for what has to follow when a member loses standing: the work that rests on their word. It is called
 * inside the transaction that takes it from them, after the change itself and before the log, with the customer locked.
 * Nothing follows yet. Whoever proposed or opened something has no say in it any more, since every request and every
 * vote looks at the membership of that moment.
 */
export const followLostStanding: (
  transaction: Transaction,
  customerId: string,
  userId: string,
  lost: LostStanding,
  cause: Cause,
) => Promise<void> = () => Promise.resolve();
