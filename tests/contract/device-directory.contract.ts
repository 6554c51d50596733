import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DeviceFilter } from '../../src/application/ports/device-directory.js';
import type { Device } from '../../src/domain/device/device.js';
import { addCustomer, addDevice, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const everything: DeviceFilter = { lifecycle: null, label: null, search: null };

export function describeDeviceDirectoryContract(name: string, open: OpenRecord): void {
  describe(`device directory: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('finds the customer’s device, and nobody else’s', async () => {
      const device = await addDevice(record);
      expect(await record.devices.find(device.customerId, device.id)).toEqual(device);
      expect(await record.devices.find(newId(), device.id)).toBeNull();
      expect(await record.devices.find(device.customerId, 'nowhere')).toBeNull();
    });

    it('lists by name, then id, page by page, each device once', async () => {
      const customerId = await addCustomer(record);
      const names = ['beta', 'alpha', 'gamma', 'alpha', 'delta'];
      const devices: Device[] = [];
      for (const name of names) devices.push(await addDevice(record, { customerId, name }));
      await addDevice(record, { name: 'alpha' });
      const seen: string[][] = [];
      let cursor: string | null = null;
      do {
        const page = await record.devices.list(customerId, everything, { limit: 2, cursor });
        seen.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      const inOrder = [1, 3, 0, 4, 2].map((index) => devices[index]?.id);
      expect(seen).toEqual([inOrder.slice(0, 2), inOrder.slice(2, 4), inOrder.slice(4)]);
    });

    it('narrows the list by life cycle, label and part of id, name or location', async () => {
      const customerId = await addCustomer(record);
      const till = await addDevice(record, { customerId, name: 'Till 100%', labels: ['shop', 'till'] });
      const router = await addDevice(record, {
        customerId,
        name: 'Router',
        location: 'Cellar_1',
        labels: ['shop'],
      });
      const gone = await addDevice(record, {
        customerId,
        name: 'Zzz',
        id: `Old-${newId()}`,
        lifecycle: 'retired',
      });
      const found = async (filter: Partial<DeviceFilter>) => {
        const page = await record.devices.list(
          customerId,
          { ...everything, ...filter },
          { limit: 10, cursor: null },
        );
        return page.items.map(({ id }) => id);
      };
      expect(await found({ lifecycle: 'retired' })).toEqual([gone.id]);
      expect(await found({ label: 'shop' })).toEqual([router.id, till.id]);
      expect(await found({ label: 'sho' })).toEqual([]);
      expect(await found({ search: 'ROUT' })).toEqual([router.id]);
      expect(await found({ search: 'cellar' })).toEqual([router.id]);
      expect(await found({ search: 'old-' })).toEqual([gone.id]);
      // What looks like a pattern is text.
      expect(await found({ search: '0%' })).toEqual([till.id]);
      expect(await found({ search: 'r_1' })).toEqual([router.id]);
      expect(await found({ search: '%' })).toEqual([till.id]);
      expect(await found({ search: '\\' })).toEqual([]);
    });

    it('refuses a cursor that is not of this list', async () => {
      const { customerId } = await addDevice(record);
      const ofAnotherList = Buffer.from('["commands","x"]').toString('base64url');
      for (const cursor of ['', 'zzz', 'bnVsbA', ofAnotherList]) {
        await expect(record.devices.list(customerId, everything, { limit: 1, cursor })).rejects.toMatchObject(
          { code: 'invalid_request' },
        );
      }
    });
  });
}
