import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Command } from '../../src/domain/command/command.js';
import { addCommand, addDevice, newCommand } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeCommandHistoryContract(name: string, open: OpenRecord): void {
  describe(`command history: ${name}`, () => {
    let record: RecordUnderTest;
    beforeEach(async () => {
      record = await open();
    });
    afterEach(() => record.close());

    const end = ({ id, deviceId }: Command) =>
      record.ledger.change(id, { deviceId }, (stored, now) => ({
        outcome: null,
        save: { command: { ...stored, state: 'failed', finishedAt: now }, entries: [] },
      }));
    const stays = async ({ id, customerId }: Command): Promise<boolean> =>
      (await record.records.find(customerId, id)) !== null;

    it('lets go of what ended long enough ago, the longest ended first, and of nothing else', async () => {
      const device = await addDevice(record);
      const open = await addCommand(record, newCommand(device));
      const [first, second, recent] = [
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
      ];
      await end(second);
      await record.advance(1_000);
      await end(first);
      await record.advance(60_000);
      await end(recent);
      expect(await record.history.purge(60_000, 1)).toBe(1);
      expect([await stays(first), await stays(second)]).toEqual([true, false]);
      expect(await record.history.purge(60_000, 10)).toBe(1);
      expect(await record.history.purge(60_000, 10)).toBe(0);
      expect([await stays(first), await stays(recent), await stays(open)]).toEqual([false, true, true]);
    });

    it('leaves the log as it is', async () => {
      const device = await addDevice(record);
      const command = await addCommand(record, newCommand(device));
      await end(command);
      const log = await record.activity(device.customerId);
      expect(await record.history.purge(0, 10)).toBe(1);
      expect(await record.activity(device.customerId)).toEqual(log);
    });

    it('lets each of two gateways at once delete others', async () => {
      const device = await addDevice(record);
      const commands = await Promise.all(
        Array.from({ length: 16 }, () => addCommand(record, newCommand(device))),
      );
      for (const command of commands) await end(command);
      const counts = await Promise.all([
        record.history.purge(0, 8),
        record.peer.history.purge(0, 8),
        record.history.purge(0, 8),
      ]);
      const left = (await Promise.all(commands.map(stays))).filter(Boolean);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(16 - left.length);
    });
  });
}
