import type { ClaimReference } from '../../domain/command/held-claim.js';

/**
 * Claim tokens: an HMAC under a key that all gateways share, over command, attempt and nonce.
 * Nothing is stored; the token of a claim is made again whenever it is needed.
 */
export interface ClaimTokens {
  mint(commandId: string, attempt: number, nonce: string): string;
  /** Which claim of this command the token names; `forged` when it is not one of ours for this command. */
  read(commandId: string, token: string): ClaimReference;
}
