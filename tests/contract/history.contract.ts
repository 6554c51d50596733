import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Command } from '../../src/domain/command/command.js';
import type { Device } from '../../src/domain/device/device.js';
import { firstBroken } from './activity-chain.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';
import { addSession, closed } from './session-seeds.js';
import { addCommand, addDevice, claimIt, newCommand, newId } from './record-seeds.js';

const hourMs = 3_600_000;

export function describeHistoryContract(name: string, open: OpenRecord): void {
  describe(`history: ${name}`, () => {
    let record: RecordUnderTest;
    let device: Device;
    beforeEach(async () => {
      record = await open();
      device = await addDevice(record);
    });
    afterEach(() => record.close());

    async function ended(given: Parameters<typeof newCommand>[1] = {}): Promise<Command> {
      const command = await addCommand(record, newCommand(device, given));
      await record.ledger.change(command.id, { deviceId: device.id }, (stored, now) => ({
        outcome: null,
        save: { command: { ...stored, state: 'failed', finishedAt: now }, entries: [] },
      }));
      return command;
    }
    const known = async (commands: readonly Command[]) => {
      const found = await Promise.all(
        commands.map(({ customerId, id }) => record.records.find(customerId, id)),
      );
      return found.map((reading) => reading !== null);
    };
    const log = () => record.activity(device.customerId);
    const seqs = async () => (await log()).map(({ seq }) => seq);

    it('forgets what ended long enough ago, the earliest end first, and not more than it is told', async () => {
      const commands = [await ended()];
      await record.advance(hourMs);
      commands.push(await ended());
      await record.advance(hourMs);
      commands.push(await ended());
      expect(await record.history.forgetCommands(3 * hourMs, 10)).toBe(0);
      expect(await record.history.forgetCommands(hourMs, 1)).toBe(1);
      expect(await known(commands)).toEqual([false, true, true]);
      expect(await record.history.forgetCommands(hourMs, 10)).toBe(1);
      expect(await known(commands)).toEqual([false, false, true]);
    });

    it('forgets sessions that were over long enough ago, and never an active one', async () => {
      const session = await addSession(record, device);
      await record.advance(2 * hourMs);
      expect(await record.history.forgetSessions(hourMs, 10)).toBe(0);
      await record.unitOfWork.run(({ sessions, now }) => sessions.save(closed(session, now)));
      expect(await record.history.forgetSessions(hourMs, 10)).toBe(0);
      await record.advance(hourMs);
      expect(await record.history.forgetSessions(hourMs, 10)).toBe(1);
      expect(await record.sessions.find(session.customerId, session.id)).toBeNull();
    });

    it('never forgets what has not ended, however old', async () => {
      const commands = [
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
      ];
      const [claimed] = commands;
      if (claimed === undefined) throw new Error('nothing was proposed');
      await claimIt(record.ledger, claimed);
      await record.advance(1_000 * hourMs);
      expect(await record.history.forgetCommands(hourMs, 10)).toBe(0);
      expect(await known(commands)).toEqual([true, true]);
    });

    it('keeps one that others may have waited for, until the dispatch store was told', async () => {
      const command = await ended({ lane: 'disk' });
      await record.advance(2 * hourMs);
      expect(await record.history.forgetCommands(hourMs, 10)).toBe(0);
      await record.deadlines.markDispatched([{ id: command.id, version: command.version + 1 }]);
      expect(await record.history.forgetCommands(hourMs, 10)).toBe(1);
    });

    it('lets two forget at once, each command once', async () => {
      const commands = await Promise.all(Array.from({ length: 12 }, () => ended()));
      await record.advance(2 * hourMs);
      const counts = await Promise.all(
        [record, record.peer, record, record.peer].map(({ history }) => history.forgetCommands(hourMs, 3)),
      );
      let forgotten = counts.reduce((sum, count) => sum + count, 0);
      for (let more = -1; more !== 0; forgotten += more)
        more = await record.history.forgetCommands(hourMs, 3);
      expect(forgotten).toBe(12);
      expect(await known(commands)).toEqual(commands.map(() => false));
    });

    it('forgets the beginning of a log up to the first younger entry, and the chain goes on from there', async () => {
      await ended();
      await ended();
      await ended();
      await record.advance(2 * hourMs);
      await ended();
      expect(await record.history.customersToForget(hourMs, null, 10)).toEqual([device.customerId]);
      const last = (await log())[2];
      expect(await record.history.forgetActivity(device.customerId, hourMs, 2)).toBe(2);
      expect(await seqs()).toEqual([3, 4]);
      expect(await record.history.forgetActivity(device.customerId, hourMs, 10)).toBe(1);
      expect(await record.history.forgetActivity(device.customerId, hourMs, 10)).toBe(0);
      await ended();
      expect(await seqs()).toEqual([4, 5]);
      expect(firstBroken(await log(), last)).toBeNull();
      expect(await record.history.customersToForget(hourMs, null, 10)).toEqual([]);
    });

    it('forgets a whole log, and the next entry still follows the last one', async () => {
      await ended();
      const [last] = (await log()).slice(-1);
      await record.advance(2 * hourMs);
      expect(await record.history.forgetActivity(device.customerId, hourMs, 10)).toBe(1);
      expect(await log()).toEqual([]);
      await ended();
      expect((await log()).map(({ seq, prevHash }) => [seq, prevHash])).toEqual([[2, last?.hash]]);
    });

    it('lets two forget a log, and others write to it, at once', async () => {
      for (let n = 0; n < 6; n += 1) await ended();
      await record.advance(2 * hourMs);
      const last = (await log())[3];
      const forget = (one: Pick<RecordUnderTest, 'history'>) =>
        one.history.forgetActivity(device.customerId, hourMs, 2);
      const [a, b] = await Promise.all([forget(record), forget(record.peer), ended(), ended()]);
      expect([a, b]).toEqual([2, 2]);
      expect(await seqs()).toEqual([5, 6, 7, 8]);
      expect(firstBroken(await log(), last)).toBeNull();
    });

    it('names the customers page by page, and none of them without a log', async () => {
      const others = [device, await addDevice(record), await addDevice(record)];
      for (const other of others.slice(0, 2)) await addCommand(record, newCommand(other));
      await record.advance(2 * hourMs);
      const ids = others.slice(0, 2).map(({ customerId }) => customerId);
      const first = await record.history.customersToForget(hourMs, null, 1);
      const rest = await record.history.customersToForget(hourMs, first[0] ?? null, 10);
      expect([...first, ...rest]).toEqual(ids.toSorted());
      expect(await record.history.forgetActivity(newId(), hourMs, 10)).toBe(0);
    });
  });
}
