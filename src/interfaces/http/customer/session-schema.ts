import { z } from 'zod';
import { sessionStatuses, sessionTypes } from '../../../domain/session/support-session.js';
import type { SupportSession } from '../../../domain/session/support-session.js';
import { instant, optionalInstant } from '../time-fields.js';
import { commandSchema } from './command-schema.js';

const session = {
  id: z.uuid(),
  deviceId: z.string(),
  customerId: z.uuid(),
  type: z.enum(sessionTypes),
  description: z.string().nullable(),
  status: z.enum(sessionStatuses),
  openedBy: z.strictObject({
    kind: z.enum(['member', 'service_account']),
    id: z.string(),
    name: z.string(),
  }),
  createdAt: instant,
  expiresAt: instant,
  closedAt: optionalInstant.describe('When it was over; null while it is active.'),
  closeReason: z.string().nullable().describe('Why it was closed, as a stable word.'),
};

export const sessionSchema = z
  .strictObject(session)
  .meta({ id: 'Session', description: "A customer's window of work on one device." });

export const sessionWithCommandsSchema = z
  .strictObject({
    ...session,
    commands: z
      .array(commandSchema)
      .describe('The newest hundred, newest first; `GET /commands?sessionId=` has all of them.'),
  })
  .meta({ id: 'SessionWithCommands', description: 'A session and what was proposed in it.' });

export const presentSession = (shown: SupportSession): z.output<typeof sessionSchema> => ({
  id: shown.id,
  deviceId: shown.deviceId,
  customerId: shown.customerId,
  type: shown.type,
  description: shown.description,
  status: shown.status,
  openedBy: { ...shown.openedBy },
  createdAt: shown.createdAt.toISOString(),
  expiresAt: shown.expiresAt.toISOString(),
  closedAt: shown.closedAt?.toISOString() ?? null,
  closeReason: shown.closeReason,
});
