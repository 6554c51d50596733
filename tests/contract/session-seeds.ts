import type { Device } from '../../src/domain/device/device.js';
import type { SupportSession } from '../../src/domain/session/support-session.js';
import { newId } from './record-seeds.js';
import type { RecordAdapters } from './record-under-test.js';

/** An active session of an hour, opened at the record's time. */
export async function addSession(
  record: RecordAdapters,
  device: Device,
  given: Partial<SupportSession> = {},
): Promise<SupportSession> {
  return record.unitOfWork.run(async ({ sessions, now }) => {
    const session = newSession(device, now, given);
    if (!(await sessions.add(session))) throw new Error('the seed was not added');
    return session;
  });
}

export const newSession = (
  { id: deviceId, customerId }: Device,
  now: Date,
  given: Partial<SupportSession> = {},
): SupportSession => ({
  id: newId(),
  customerId,
  deviceId,
  type: 'diagnostic',
  description: null,
  status: 'active',
  openedBy: { kind: 'member', id: 'f1e2', name: 'Robin' },
  createdAt: now,
  expiresAt: new Date(now.getTime() + 3_600_000),
  closedAt: null,
  closeReason: null,
  ...given,
});

/** The same session, closed at `at`. */
export const closed = (session: SupportSession, at: Date): SupportSession => ({
  ...session,
  status: 'closed',
  closedAt: at,
  closeReason: 'closed_by_person',
});
