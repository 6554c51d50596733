import type { ClaimedCommand } from '../command/claim-commands.js';

export interface Claims {
  confirm(): Promise<ClaimedCommand>;
}
