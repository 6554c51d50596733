import type { FaultCode } from './fault-codes.js';

const customerId = {
  type: 'string',
  format: 'uuid',
  description: 'Which customer is meant; needed by people who belong to several.',
};

const idempotencyKey = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  description:
    'The same key and body within 24 hours bring the first answer, with `Idempotency-Replayed: true`. ' +
    'Without a key, every call creates.',
};

const ifMatch = {
  type: 'string',
  description: 'The `ETag` of what was read. Needed: nobody changes what they have not seen.',
};

/** The request headers of a route, by the refusals that belong to them. */
export function requestHeaders(codes: readonly FaultCode[]): object | null {
  const properties = {
    ...(codes.includes('customer_required') && { 'X-Customer-ID': customerId }),
    ...(codes.includes('idempotency_mismatch') && { 'Idempotency-Key': idempotencyKey }),
    ...(codes.includes('precondition_required') && { 'If-Match': ifMatch }),
  };
  return Object.keys(properties).length === 0 ? null : { type: 'object', properties };
}
