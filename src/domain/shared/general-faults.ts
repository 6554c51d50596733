import { defineFaults } from './fault.js';
import type { FaultDefinition } from './fault.js';

/** Refusals that belong to no slice. */
export const generalFaultDefinitions = {
  invalid_request: { kind: 'invalid', title: 'The request is not well formed' },
  payload_too_large: { kind: 'invalid', title: 'The body or one of its fields is too large' },
  unsupported_media_type: { kind: 'invalid', title: 'The body is not JSON' },
  unauthenticated: { kind: 'unauthenticated', title: 'No valid credential was presented' },
  forbidden: { kind: 'forbidden', title: 'The role does not allow this' },
  not_found: { kind: 'not_found', title: 'There is no such thing here' },
  method_not_allowed: { kind: 'invalid', title: 'The resource does not know this method' },
  upgrade_required: { kind: 'invalid', title: 'This address speaks WebSocket only' },
  rate_limited: { kind: 'too_many', title: 'Too many requests' },
  idempotency_mismatch: { kind: 'conflict', title: 'The idempotency key was used with another body' },
  idempotency_in_progress: { kind: 'conflict', title: 'The first request with this key is still running' },
  dependency_unavailable: { kind: 'unavailable', title: 'Something the gateway depends on is away' },
  shutting_down: { kind: 'unavailable', title: 'This instance is shutting down' },
  internal: { kind: 'unavailable', title: 'The gateway made a mistake' },
} satisfies Record<string, FaultDefinition>;

export const generalFaults = defineFaults(generalFaultDefinitions);
