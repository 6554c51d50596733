import type { ActivityKind, NewEntry } from '../../domain/activity/activity-entry.js';
import type { StandingGrant } from '../../domain/approval/standing-grant.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { JsonObject } from '../../domain/shared/json.js';

export const standingEntry = (
  { id, customerId, type }: StandingGrant,
  kind: ActivityKind,
  caller: Caller,
  data: JsonObject,
): NewEntry => ({
  customerId,
  kind,
  ...causeOfCaller(caller),
  subject: { kind: 'standing_grant', id },
  data: { type, ...data },
});
