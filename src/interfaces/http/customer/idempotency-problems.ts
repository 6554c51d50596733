import type { FaultCode } from '../fault-codes.js';

/** How a call with an idempotency key can be refused for its key. */
export const idempotencyProblems: readonly FaultCode[] = ['idempotency_mismatch', 'idempotency_in_progress'];
