import type { Claim } from './claim.js';

export interface Command {
  readonly claim: Claim | null;
}
