import { z } from 'zod';
import { durationMs } from '../time-fields.js';
import { claimToken } from './claim-token.js';
import { leaseMs } from './claimed-command.js';

export const extendBody = z.strictObject({ claimToken, extensionMs: leaseMs });

export const extendAnswer = z.strictObject({ visibleForMs: durationMs, cancelRequested: z.boolean() });
