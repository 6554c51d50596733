import { GatewayRefusal } from './gateway-refusal.js';
import type { GatewaySession } from './gateway-session.js';
import type { ClaimedCommand } from './wire-contract.js';

/** What the keepers of a running command's claim need: its newest token, and whom to tell. */
export interface HeldClaim {
  readonly id: string;
  readonly session: GatewaySession;
  readonly current: () => ClaimedCommand;
  readonly onCancelRequested: () => void;
  /** The gateway counts this claim no more: whatever the device still does, nobody waits for it. */
  readonly onLost: (code: string) => void;
}

export const leaseMs = 60_000;

const lostCodes = new Set(['claim_superseded', 'command_finished', 'command_not_found']);

/** Whether a refusal of a call made with `claimToken` ends the claim; an older token's refusal does not. */
export function endsClaim(claim: HeldClaim, claimToken: string, error: unknown): error is GatewayRefusal {
  if (!(error instanceof GatewayRefusal) || !lostCodes.has(error.code)) return false;
  return claim.current().claimToken === claimToken;
}
