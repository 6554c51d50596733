import type { LiveBus } from '../../application/ports/live-bus.js';
import type { LocalAccounts } from '../../application/ports/local-accounts.js';
import type { LocalFactors } from '../../application/ports/local-factors.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { normaliseEmail } from './email-address.js';

export interface FactorReset {
  readonly userId: string;
  /** How many second factors counted until now. */
  readonly removed: number;
}

/**
 * For somebody who has lost their phone: removes their second factors and ends their sign-ins, since somebody else may
 * hold it. Rejects with `invalid_request` when nobody has the address.
 */
export async function resetFactors(
  email: string,
  stores: { readonly accounts: LocalAccounts; readonly factors: LocalFactors; readonly live: LiveBus },
): Promise<FactorReset> {
  const account = await stores.accounts.findByEmail(normaliseEmail(email));
  if (account === null) throw generalFaults.invalid_request('Nobody has this e-mail address.');
  const removed = await stores.factors.removeAll(account.id);
  void stores.live.tell({ kind: 'person', userId: account.id });
  return { userId: account.id, removed };
}
