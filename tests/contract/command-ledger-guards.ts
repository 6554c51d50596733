import { describe, expect, it } from '@jest/globals';

import { eventually } from '../support/eventually.js';
import { addCommand, addDevice, find, newCommand } from './record-seeds.js';
import type { RecordUnderTest } from './record-under-test.js';

/** What the ledger promises about the device that writes: a part of the ledger's contract. */
export function describeDeviceGuards(opened: () => RecordUnderTest): void {
  describe('with a device guard', () => {
    it('voids what a device writes when it is not active, or its token is of an older generation', async () => {
      const record = opened();
      const device = await addDevice(record);
      const command = await addCommand(record, newCommand(device));
      const write = (tokenGeneration: number) =>
        record.ledger.change(
          command.id,
          { deviceId: device.id },
          (stored) => ({
            outcome: null,
            save: { command: { ...stored, lapses: stored.lapses + 1 }, entries: [] },
          }),
          { deviceId: device.id, tokenGeneration },
        );
      const look = () =>
        record.ledger.change(command.id, { deviceId: device.id }, () => ({ outcome: null }), {
          deviceId: device.id,
          tokenGeneration: 1,
        });
      expect(await write(1)).toEqual({ kind: 'decided', outcome: null });
      expect(await write(0)).toEqual({ kind: 'device_void' });
      await record.unitOfWork.run(({ devices }) => devices.save({ ...device, lifecycle: 'suspended' }));
      expect(await write(1)).toEqual({ kind: 'device_void' });
      expect(await look()).toEqual({ kind: 'device_void' });
      expect((await find(record, command)).lapses).toBe(1);
    });

    it('lets nothing through that a device writes while it is being suspended', async () => {
      const record = opened();
      const device = await addDevice(record);
      const command = await addCommand(record, newCommand(device));
      const guard = { deviceId: device.id, tokenGeneration: 1 };
      const { answered } = await record.unitOfWork.run(async ({ devices, now }) => {
        const locked = await devices.lock(device.id);
        if (locked === null) throw new Error('the device is gone');
        let judged = false;
        const answered = record.peer.ledger.change(
          command.id,
          { deviceId: device.id },
          (stored) => {
            judged = true;
            return { outcome: null, save: { command: { ...stored, lapses: 9 }, entries: [] } };
          },
          guard,
        );
        // It has read the device as active, and is about to write while the suspension is not yet committed.
        await eventually(() => judged);
        await devices.save({ ...locked, lifecycle: 'suspended', lastSignInAt: now });
        return { answered };
      });
      expect(await answered).toEqual({ kind: 'device_void' });
      expect((await find(record, command)).lapses).toBe(0);
    });
  });
}
