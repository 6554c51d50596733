import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ApprovedFilter, CommandFilter } from '../../src/application/ports/command-records.js';
import type { Command } from '../../src/domain/command/command.js';
import type { NewCommand } from '../../src/domain/command/proposal.js';
import type { Device } from '../../src/domain/device/device.js';
import type { PageRequest } from '../../src/domain/shared/page.js';
import {
  addCommand,
  addCustomer,
  addDevice,
  approvalOf,
  claimIt,
  newCommand,
  newId,
} from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const everything: CommandFilter = { deviceId: null, sessionId: null, state: null };

export function describeCommandRecordsContract(name: string, open: OpenRecord): void {
  describe(`command records: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const addCommands = async (device: Device, count: number): Promise<readonly Command[]> => {
      const commands: Command[] = [];
      for (let n = 0; n < count; n += 1) commands.push(await addCommand(record, newCommand(device)));
      return commands;
    };
    const idsOf = async (customerId: string, filter: CommandFilter): Promise<readonly string[]> => {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await record.records.list(customerId, filter, { limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        ids.push(...page.items.map(({ command }) => command.id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return ids;
    };

    it('finds the customer’s command, with the record’s time, and nobody else’s', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      await record.advance(5_000);
      const reading = await record.records.find(command.customerId, command.id);
      expect(reading?.command).toEqual(command);
      expect((reading?.now.getTime() ?? 0) - command.createdAt.getTime()).toBeGreaterThanOrEqual(5_000);
      expect(await record.records.find(newId(), command.id)).toBeNull();
      expect(await record.records.find(command.customerId, newId())).toBeNull();
      expect(await record.records.find(command.customerId, '1 or 1=1')).toBeNull();
    });

    it('lists newest first, page by page, each command once', async () => {
      const device = await addDevice(record);
      const commands = await addCommands(device, 5);
      await addCommand(record, newCommand(await addDevice(record)));
      expect(await idsOf(device.customerId, everything)).toEqual(commands.map(({ id }) => id).toReversed());
      const whole = await record.records.list(device.customerId, everything, { limit: 5, cursor: null });
      expect(whole.nextCursor).toBeNull();
    });

    it('goes on where a page ended, whatever was added since', async () => {
      const device = await addDevice(record);
      const [first, second, third] = await addCommands(device, 3);
      const page = await record.records.list(device.customerId, everything, { limit: 1, cursor: null });
      await addCommands(device, 2);
      const next = await record.records.list(device.customerId, everything, {
        limit: 5,
        cursor: page.nextCursor,
      });
      expect(page.items.map(({ command }) => command.id)).toEqual([third?.id]);
      expect(next.items.map(({ command }) => command.id)).toEqual([second?.id, first?.id]);
    });

    it('narrows the list by device, session and state', async () => {
      const customerId = await addCustomer(record);
      const device = await addDevice(record, { customerId });
      const other = await addDevice(record, { customerId });
      const sessionId = newId();
      const plain = await addCommand(record, newCommand(device));
      const inSession = await addCommand(record, newCommand(device, { sessionId }));
      const waiting = await addCommand(record, newCommand(other, { approval: approvalOf(1), sessionId }));
      const claimed = await addCommand(record, newCommand(other));
      await claimIt(record.ledger, claimed);
      const found = async (filter: Partial<CommandFilter>) => idsOf(customerId, { ...everything, ...filter });
      expect(await found({ deviceId: device.id })).toEqual([inSession.id, plain.id]);
      expect(await found({ sessionId })).toEqual([waiting.id, inSession.id]);
      expect(await found({ sessionId, deviceId: other.id })).toEqual([waiting.id]);
      expect(await found({ state: 'awaiting_approval' })).toEqual([waiting.id]);
      expect(await found({ state: 'claimed' })).toEqual([claimed.id]);
      expect(await found({ state: 'queued', deviceId: other.id })).toEqual([]);
      expect(await found({ sessionId: 'no-session' })).toEqual([]);
    });

    it('lists what people approved, by type and device, whatever became of it', async () => {
      const customerId = await addCustomer(record);
      const device = await addDevice(record, { customerId });
      const other = await addDevice(record, { customerId });
      const approved = async (of: Device, given: Partial<NewCommand> = {}) => {
        const { id } = await addCommand(record, newCommand(of, { approval: approvalOf(1), ...given }));
        await record.unitOfWork.run(async ({ commands, now }) => {
          const waiting = await commands.lock(of.customerId, id);
          if (waiting !== null)
            await commands.save({ ...waiting, state: 'cancelled', finishedAt: now, grant: 'a.b.c' });
        });
        return id;
      };
      await addCommand(record, newCommand(device, { approval: approvalOf(1) }));
      await addCommand(record, newCommand(device, { grant: 'a.b.c' }));
      await approved(await addDevice(record));
      const [first, second] = [await approved(device), await approved(other)];
      const type = { ...newCommand(device).type, type: 'reboot' };
      const third = await approved(device, { type });
      const found = async (filter: Partial<ApprovedFilter>, page: Partial<PageRequest> = {}) => {
        const [narrowed, asked] = [
          { type: null, deviceId: null, ...filter },
          { limit: 50, cursor: null, ...page },
        ];
        const { items, nextCursor } = await record.records.approved(customerId, narrowed, asked);
        return { ids: items.map(({ command }) => command.id), nextCursor };
      };
      expect((await found({})).ids).toEqual([third, second, first]);
      expect((await found({ type: 'ping' })).ids).toEqual([second, first]);
      expect((await found({ type: 'ping', deviceId: device.id })).ids).toEqual([first]);
      expect((await found({ type: 'nothing' })).ids).toEqual([]);
      const page = await found({}, { limit: 2 });
      expect(page.ids).toEqual([third, second]);
      expect(await found({}, { cursor: page.nextCursor })).toEqual({ ids: [first], nextCursor: null });
    });

    it('refuses a cursor that is not of this customer’s commands', async () => {
      const mine = await addDevice(record);
      const theirs = await addDevice(record);
      await addCommands(mine, 2);
      await addCommands(theirs, 2);
      const { nextCursor: foreign } = await record.records.list(theirs.customerId, everything, {
        limit: 1,
        cursor: null,
      });
      const cursors = ['', 'x', '%00', Buffer.from('["commands"]').toString('base64url'), foreign];
      for (const cursor of cursors) {
        await expect(
          record.records.list(mine.customerId, everything, { limit: 1, cursor }),
        ).rejects.toMatchObject({ code: 'invalid_request' });
      }
    });

    it('knows what runs before a command, first in the queue first', async () => {
      const device = await addDevice(record);
      const early = await addCommand(record, newCommand(device));
      const self = await addCommand(record, newCommand(device));
      await addCommand(record, newCommand(device));
      const running = await addCommand(record, newCommand(device, { priority: 1 }));
      const urgent = await addCommand(record, newCommand(device, { priority: 9 }));
      await addCommand(record, newCommand(device, { priority: 8, approval: approvalOf(1) }));
      await addCommand(record, newCommand(await addDevice(record), { priority: 9 }));
      await claimIt(record.ledger, running);
      const ahead = async (limit: number) =>
        (await record.records.ahead(self, limit)).map(({ command }) => command.id);
      expect(await ahead(10)).toEqual([urgent.id, running.id, early.id]);
      expect(await ahead(1)).toEqual([urgent.id]);
    });

    it('measures a device’s backlog by what has not ended', async () => {
      const device = await addDevice(record);
      expect(await record.records.backlog(device.id)).toEqual({ depth: 0, oldestAgeMs: null });
      const [oldest] = await addCommands(device, 1);
      await record.advance(60_000);
      await addCommands(device, 2);
      const backlog = await record.records.backlog(device.id);
      expect(backlog.depth).toBe(3);
      expect(backlog.oldestAgeMs).toBeGreaterThanOrEqual(60_000);
      if (oldest === undefined) throw new Error('nothing was proposed');
      await record.ledger.change(oldest.id, { deviceId: device.id }, (stored, now) => ({
        outcome: null,
        save: { command: { ...stored, state: 'failed', finishedAt: now }, entries: [] },
      }));
      const rest = await record.records.backlog(device.id);
      expect(rest.depth).toBe(2);
      expect(rest.oldestAgeMs).toBeLessThan(60_000);
    });

    it('tells which claimed commands somebody wants cancelled', async () => {
      const device = await addDevice(record);
      const [wanted, unwanted, waiting] = await addCommands(device, 3);
      if (wanted === undefined || unwanted === undefined || waiting === undefined)
        throw new Error('seeds are missing');
      await claimIt(record.ledger, wanted);
      await claimIt(record.ledger, unwanted);
      for (const { id } of [unwanted, waiting]) {
        await record.ledger.change(id, { deviceId: device.id }, (stored, now) => ({
          outcome: null,
          save: { command: { ...stored, cancelRequestedAt: now }, entries: [] },
        }));
      }
      expect(await record.records.cancelRequested(device.id)).toEqual([unwanted.id]);
      expect(await record.records.cancelRequested((await addDevice(record)).id)).toEqual([]);
    });
  });
}
