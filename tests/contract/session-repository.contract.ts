import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ActiveScope } from '../../src/application/ports/session-repository.js';
import { addCustomer, addDevice, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';
import { addSession, closed, newSession } from './session-seeds.js';

export function describeSessionRepositoryContract(name: string, open: OpenRecord): void {
  describe(`session repository: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const lock = (customerId: string, id: string) =>
      record.unitOfWork.run(({ sessions }) => sessions.lock(customerId, id));
    const active = (scope: ActiveScope) =>
      record.unitOfWork.run(async ({ sessions }) => (await sessions.lockActive(scope)).map(({ id }) => id));

    it('brings a session back as it was added, to its customer alone', async () => {
      const session = await addSession(record, await addDevice(record), {
        type: 'remediation',
        description: 'Kasse “3” druckt nicht',
        openedBy: { kind: 'service_account', id: newId(), name: 'Nightly' },
      });
      expect(await lock(session.customerId, session.id)).toEqual(session);
      expect(await lock(await addCustomer(record), session.id)).toBeNull();
      expect(await lock(session.customerId, newId())).toBeNull();
      expect(await lock(session.customerId, 'no-session')).toBeNull();
    });

    it('adds one active session to a device, whoever comes at the same time', async () => {
      const device = await addDevice(record);
      const added = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(({ sessions, now }) =>
            sessions.add(newSession(device, now)),
          ),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
    });

    it('adds another when the first is over, but never under the id of one that is there', async () => {
      const device = await addDevice(record);
      const first = await addSession(record, device);
      await record.unitOfWork.run(({ sessions, now }) => sessions.save(closed(first, now)));
      await addSession(record, device);
      const again = { ...newSession(await addDevice(record), first.createdAt), id: first.id };
      expect(await record.unitOfWork.run(({ sessions }) => sessions.add(again))).toBe(false);
      expect(await lock(first.customerId, first.id)).toMatchObject({ status: 'closed' });
    });

    it('writes how a session ended', async () => {
      const session = await addSession(record, await addDevice(record));
      const after = closed(session, new Date(session.createdAt.getTime() + 1_000));
      await record.unitOfWork.run(({ sessions }) => sessions.save(after));
      expect(await lock(session.customerId, session.id)).toEqual(after);
    });

    it('finds what is active on a device, and what somebody of a customer has open', async () => {
      const device = await addDevice(record);
      const openedBy = { kind: 'member', id: newId(), name: 'Kim' } as const;
      const { id } = await addSession(record, device, { openedBy });
      const sibling = await addDevice(record, { customerId: device.customerId });
      const second = await addSession(record, sibling, { openedBy });
      const third = await addSession(record, await addDevice(record, { customerId: device.customerId }), {});
      await addSession(record, await addDevice(record), { openedBy });
      expect(await active({ deviceId: device.id })).toEqual([id]);
      expect(await active({ customerId: device.customerId, openedBy: openedBy.id })).toEqual(
        [id, second.id].sort(),
      );
      await record.unitOfWork.run(({ sessions, now }) => sessions.save(closed(second, now)));
      expect(await active({ deviceId: sibling.id })).toEqual([]);
      expect(await active({ customerId: device.customerId, openedBy: openedBy.id })).toEqual([id]);
      expect(await active({ deviceId: third.deviceId })).toEqual([third.id]);
    });

    it.each([
      ['by its id', 'lock'],
      ['as active on its device', 'lockActive'],
    ])('holds a session that is locked %s until the transaction ends', async (_, how) => {
      const session = await addSession(record, await addDevice(record));
      const endings = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(async ({ sessions, now }) => {
            const locked =
              how === 'lock'
                ? await sessions.lock(session.customerId, session.id)
                : (await sessions.lockActive({ deviceId: session.deviceId }))[0];
            if (locked?.status !== 'active') return false;
            await sessions.save(closed(locked, now));
            return true;
          }),
        ),
      );
      expect(endings.filter(Boolean)).toHaveLength(1);
    });
  });
}
