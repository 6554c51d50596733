import type { ActivityKind, Cause, NewEntry } from '../activity/activity-entry.js';
import type { JsonObject } from '../shared/json.js';
import type { SupportSession } from './support-session.js';

/** An entry about a session, with the facts that every such entry carries. */
export const sessionEntry = (
  session: Pick<SupportSession, 'id' | 'customerId' | 'deviceId'>,
  kind: Extract<ActivityKind, `session.${string}`>,
  cause: Cause,
  data: JsonObject = {},
): NewEntry => ({
  customerId: session.customerId,
  kind,
  actor: cause.actor,
  subject: { kind: 'session', id: session.id },
  data: { deviceId: session.deviceId, ...data },
  requestId: cause.requestId,
});
