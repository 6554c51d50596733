import type { Command } from './breaks-by-needing-its-claim.js';

export interface Claim {
  readonly of: Command;
}
