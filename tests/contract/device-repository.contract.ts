import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Device } from '../../src/domain/device/device.js';
import { addCustomer, addDevice, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeDeviceRepositoryContract(name: string, open: OpenRecord): void {
  describe(`device repository: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const lock = (id: string) => record.unitOfWork.run(({ devices }) => devices.lock(id));

    it('brings a device back as it was added, whosever it is', async () => {
      const device = await addDevice(record, {
        name: 'Kasse “3”',
        location: 'Übersee',
        labels: ['a,b', '"quoted"', '{}', ''],
        model: 'Pi 4',
        platform: 'linux/arm64',
        agentVersion: '1.2.3',
        lastSignInAt: new Date('2026-05-06T07:08:09.123Z'),
      });
      expect(await lock(device.id)).toEqual(device);
      expect(await lock('nowhere')).toBeNull();
    });

    it('refuses an id that is taken, by whomever, and leaves its holder alone', async () => {
      const device = await addDevice(record);
      const other = await addCustomer(record);
      const added = await record.unitOfWork.run(({ devices }) =>
        devices.add({ ...device, customerId: other }),
      );
      expect(added).toBe(false);
      expect(await lock(device.id)).toEqual(device);
    });

    it('adds one of many devices of one id', async () => {
      const device: Device = { ...(await addDevice(record)), id: newId() };
      const added = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(({ devices }) => devices.add(device)),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
    });

    it('refuses a device of a customer that does not exist', async () => {
      await expect(addDevice(record, { customerId: newId() })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('writes everything that can change', async () => {
      const device = await addDevice(record);
      const changed: Device = {
        ...device,
        name: 'Other',
        location: 'Attic',
        labels: ['x'],
        model: 'm',
        platform: 'p',
        agentVersion: 'v',
        lifecycle: 'suspended',
        credentialGeneration: 2,
        tokenGeneration: 3,
        lastSignInAt: new Date('2026-05-06T07:08:09.999Z'),
      };
      await record.unitOfWork.run(({ devices }) => devices.save(changed));
      expect(await lock(device.id)).toEqual(changed);
    });

    it('saves no device under another customer, or as if it were another one', async () => {
      const device = await addDevice(record);
      const other = await addCustomer(record);
      for (const astray of [{ customerId: other }, { createdAt: new Date('2020-01-01T00:00:00.000Z') }]) {
        const saving = record.unitOfWork.run(({ devices }) =>
          devices.save({ ...device, name: 'Other', ...astray }),
        );
        await expect(saving).rejects.toThrow(device.id);
      }
      expect(await lock(device.id)).toEqual(device);
    });

    it('holds a locked device until the transaction ends, so that no change is lost', async () => {
      const device = await addDevice(record);
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(async ({ devices }) => {
            const locked = await devices.lock(device.id);
            if (locked === null) throw new Error('the device is gone');
            await devices.save({ ...locked, tokenGeneration: locked.tokenGeneration + 1 });
          }),
        ),
      );
      expect((await lock(device.id))?.tokenGeneration).toBe(21);
    });
  });
}
