import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { RecordUnderTest, OpenRecord } from './record-under-test.js';
import { addCommand, addDevice, approvalOf, claimIt, newCommand } from './record-seeds.js';

export function describeCommandCensusContract(name: string, open: OpenRecord): void {
  describe(`command census: ${name}`, () => {
    let record: RecordUnderTest;
    beforeEach(async () => {
      record = await open();
    });
    afterEach(() => record.close());

    it('counts nothing where there is nothing', async () => {
      const none = { count: 0, oldestAgeMs: null };
      expect(await record.census.take()).toEqual([
        { state: 'awaiting_approval', ...none },
        { state: 'queued', ...none },
        { state: 'claimed', ...none },
        { state: 'unknown_outcome', ...none },
      ]);
    });

    it('counts what is open over all customers, says how old the oldest is, and leaves out what has ended', async () => {
      const devices = [await addDevice(record), await addDevice(record)];
      for (const device of devices) {
        await addCommand(record, newCommand(device, { approval: approvalOf(1) }));
        await claimIt(record.ledger, await addCommand(record, newCommand(device)));
        const ended = await addCommand(record, newCommand(device));
        await record.ledger.change(ended.id, { deviceId: device.id }, (stored, now) => ({
          outcome: null,
          save: { command: { ...stored, state: 'failed', finishedAt: now }, entries: [] },
        }));
        await record.advance(3_600_000);
      }
      const counts = await record.census.take();
      expect(counts.map(({ state, count }) => [state, count])).toEqual([
        ['awaiting_approval', 2],
        ['queued', 0],
        ['claimed', 2],
        ['unknown_outcome', 0],
      ]);
      const hours = counts.map(({ oldestAgeMs }) => oldestAgeMs && Math.floor(oldestAgeMs / 3_600_000));
      expect(hours).toEqual([2, null, 2, null]);
    });
  });
}
