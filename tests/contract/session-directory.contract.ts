import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SessionFilter } from '../../src/application/ports/session-directory.js';
import { addCustomer, addDevice, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';
import { addSession, closed } from './session-seeds.js';

const everything: SessionFilter = { deviceId: null, status: null };

export function describeSessionDirectoryContract(name: string, open: OpenRecord): void {
  describe(`session directory: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const listed = async (customerId: string, filter: Partial<SessionFilter>) => {
      const page = { limit: 10, cursor: null };
      const { items } = await record.sessions.list(customerId, { ...everything, ...filter }, page);
      return items.map(({ id }) => id);
    };

    it('finds the customer’s session, and nobody else’s', async () => {
      const session = await addSession(record, await addDevice(record));
      expect(await record.sessions.find(session.customerId, session.id)).toEqual(session);
      expect(await record.sessions.find(newId(), session.id)).toBeNull();
      expect(await record.sessions.find(session.customerId, 'no-session')).toBeNull();
    });

    it('shows a session as expired from the very moment on, written down or not', async () => {
      const device = await addDevice(record);
      const session = await addSession(record, device);
      expect(await record.sessions.activeOf(device.id)).toEqual(session);
      await record.advance(3_600_000);
      const expired = { ...session, status: 'expired', closedAt: session.expiresAt };
      expect(await record.sessions.find(session.customerId, session.id)).toEqual(expired);
      expect(await record.sessions.activeOf(device.id)).toBeNull();
      expect(await listed(session.customerId, { status: 'active' })).toEqual([]);
      expect(await listed(session.customerId, { status: 'expired' })).toEqual([session.id]);
    });

    it('lists newest first, page by page, each session once', async () => {
      const customerId = await addCustomer(record);
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        ids.unshift((await addSession(record, await addDevice(record, { customerId }))).id);
      }
      await addSession(record, await addDevice(record));
      const seen: (readonly string[])[] = [];
      let cursor: string | null = null;
      do {
        const page = await record.sessions.list(customerId, everything, { limit: 2, cursor });
        seen.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    });

    it('narrows the list by device and status', async () => {
      const device = await addDevice(record);
      const first = await addSession(record, device);
      await record.unitOfWork.run(({ sessions, now }) => sessions.save(closed(first, now)));
      const second = await addSession(record, device);
      const other = await addSession(record, await addDevice(record, { customerId: device.customerId }));
      expect(await listed(device.customerId, { deviceId: device.id })).toEqual([second.id, first.id]);
      expect(await listed(device.customerId, { status: 'closed' })).toEqual([first.id]);
      expect(await listed(device.customerId, { status: 'active' })).toEqual([other.id, second.id]);
    });

    it.each([
      '',
      'nonsense',
      Buffer.from('["devices","a","b"]').toString('base64url'),
      'WyJzZXNzaW9ucyIsImEiLCJiIl0',
    ])('refuses the cursor %p', async (cursor) => {
      const list = record.sessions.list(newId(), everything, { limit: 2, cursor });
      await expect(list).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('tells which sessions are over without being written so, longest over first', async () => {
      const late = await addSession(record, await addDevice(record));
      const early = await addSession(record, await addDevice(record), {
        expiresAt: new Date(late.expiresAt.getTime() - 1),
      });
      const ended = await addSession(record, await addDevice(record));
      await record.unitOfWork.run(({ sessions, now }) => sessions.save(closed(ended, now)));
      const overdue = async () => (await record.sessions.overdue(100)).map(({ id }) => id);
      const before = await overdue();
      expect(before).not.toContain(late.id);
      await record.advance(3_600_000);
      const ids = await overdue();
      expect(ids.slice(before.length)).toEqual(expect.arrayContaining([early.id, late.id]));
      expect(ids.indexOf(early.id)).toBeLessThan(ids.indexOf(late.id));
      expect(ids).not.toContain(ended.id);
      expect(await record.sessions.overdue(1)).toHaveLength(1);
    });
  });
}
