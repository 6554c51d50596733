import { activityFaultDefinitions } from '../../domain/activity/activity-faults.js';
import { approvalFaultDefinitions } from '../../domain/approval/approval-faults.js';
import { commandFaultDefinitions } from '../../domain/command/command-faults.js';
import { customerFaultDefinitions } from '../../domain/customer/customer-faults.js';
import { deviceFaultDefinitions } from '../../domain/device/device-faults.js';
import { sessionFaultDefinitions } from '../../domain/session/session-faults.js';
import type { FaultKind } from '../../domain/shared/fault.js';
import { generalFaultDefinitions } from '../../domain/shared/general-faults.js';

/** Every refusal there is, by its code. */
export const faultDefinitions = {
  ...generalFaultDefinitions,
  ...deviceFaultDefinitions,
  ...commandFaultDefinitions,
  ...approvalFaultDefinitions,
  ...customerFaultDefinitions,
  ...sessionFaultDefinitions,
  ...activityFaultDefinitions,
};

export type FaultCode = keyof typeof faultDefinitions;

const statusOfKind: Readonly<Record<FaultKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition: 412,
  too_many: 429,
  unavailable: 503,
};

/** Codes for which HTTP has a more precise word than for their kind. */
const statusOfCode: ReadonlyMap<string, number> = new Map<FaultCode, number>([
  ['method_not_allowed', 405],
  ['payload_too_large', 413],
  ['unsupported_media_type', 415],
  ['idempotency_mismatch', 422],
  ['upgrade_required', 426],
  ['precondition_required', 428],
  ['internal', 500],
]);

/** The HTTP status of a fault. */
export const statusOf = ({ code, kind }: { readonly code: string; readonly kind: FaultKind }): number =>
  statusOfCode.get(code) ?? statusOfKind[kind];
