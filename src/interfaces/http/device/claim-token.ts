import { z } from 'zod';
import type { FaultCode } from '../fault-codes.js';
import { idParams } from '../ids-in-paths.js';

export const commandParams = idParams;

/** Which claim a device acts under. What cannot be a token is refused as a wrong one, not as a malformed body. */
export const claimToken = z.string().max(512);

/** How a write under a claim can be refused. */
export const claimProblems: readonly FaultCode[] = [
  'command_not_found',
  'claim_superseded',
  'command_finished',
];
