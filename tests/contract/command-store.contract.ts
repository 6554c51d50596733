import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Command } from '../../src/domain/command/command.js';
import { addCommand, addDevice, approvalOf, claimIt, find, newCommand, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const ended = (command: Command, at: Date): Command => ({ ...command, state: 'cancelled', finishedAt: at });

export function describeCommandStoreContract(name: string, open: OpenRecord): void {
  describe(`command store: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('locks the customer’s command, and nobody else’s', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const lock = (customerId: string, id: string) =>
        record.unitOfWork.run(({ commands }) => commands.lock(customerId, id));
      expect(await lock(command.customerId, command.id)).toEqual(command);
      expect(await lock(newId(), command.id)).toBeNull();
      expect(await lock(command.customerId, newId())).toBeNull();
      expect(await lock(command.customerId, 'no-id')).toBeNull();
    });

    it('locks what has not ended, in the order of the queue', async () => {
      const device = await addDevice(record);
      const last = await addCommand(record, newCommand(device));
      const claimed = await addCommand(record, newCommand(device, { priority: 7 }));
      const gone = await addCommand(record, newCommand(device));
      const first = await addCommand(record, newCommand(device, { priority: 9 }));
      await addCommand(record, newCommand(await addDevice(record)));
      await claimIt(record.ledger, claimed);
      await record.unitOfWork.run(async ({ commands, now }) => {
        const locked = await commands.lock(gone.customerId, gone.id);
        if (locked !== null) await commands.save(ended(locked, now));
      });
      const opened = await record.unitOfWork.run(({ commands }) =>
        commands.lockOpen({ deviceId: device.id }),
      );
      expect(opened.map(({ id }) => id)).toEqual([first.id, claimed.id, last.id]);
    });

    it('locks what has not ended of a session, and of nothing else', async () => {
      const device = await addDevice(record);
      const sessionId = newId();
      const inside = await addCommand(record, newCommand(device, { sessionId }));
      const claimed = await addCommand(record, newCommand(device, { sessionId }));
      await addCommand(record, newCommand(device));
      await claimIt(record.ledger, claimed);
      const locked = await record.unitOfWork.run(({ commands }) => commands.lockOpen({ sessionId }));
      expect(locked.map(({ id }) => id)).toEqual([inside.id, claimed.id]);
    });

    it('locks what rests on somebody: what they proposed and approved, and what runs by some standing grants', async () => {
      const device = await addDevice(record);
      const { customerId } = device;
      const somebody = newId();
      const by = { id: somebody, name: 'Kim' };
      const vote = (approved: boolean) => ({ by, approved, reason: 'Fine', at: '2026-05-06T07:08:09.123Z' });
      const waitingFor = (approved: boolean, parameters = {}) =>
        newCommand(device, {
          approval: { ...approvalOf(2), envelope: { parameters }, decisions: [vote(approved)] },
        });
      const proposedByThem = await addCommand(
        record,
        newCommand(device, { proposedBy: { ...by, kind: 'member' } }),
      );
      // What a device may print, a person may have put into the parameters as well.
      const approved = await addCommand(record, waitingFor(true, { text: '\0 \ud800' }));
      const [grant, other] = [newId(), newId()];
      const under = (id: string) => newCommand(device, { allowedBy: { kind: 'standing_grant', id } });
      const beforehand = await addCommand(record, under(grant));
      await addCommand(record, under(other));
      await addCommand(record, newCommand(device, { allowedBy: { kind: 'break_glass', id: grant } }));
      await addCommand(record, waitingFor(false));
      await addCommand(record, newCommand(device));
      const locked = await record.unitOfWork.run(({ commands }) =>
        commands.lockOpen({ customerId, restingOn: somebody, underGrants: [grant] }),
      );
      expect(locked.map(({ id }) => id)).toEqual([proposedByThem.id, approved.id, beforehand.id]);
      const elsewhere = await record.unitOfWork.run(({ commands }) =>
        commands.lockOpen({ customerId: newId(), restingOn: somebody, underGrants: [grant] }),
      );
      expect(elsewhere).toEqual([]);
    });

    it('sees within the transaction what it saved, however often', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const seen = await record.unitOfWork.run(async ({ commands }) => {
        const locked = await commands.lock(command.customerId, command.id);
        if (locked === null) throw new Error('the command is gone');
        await commands.save({ ...locked, lapses: 1 });
        await commands.save({ ...locked, lapses: 2 });
        const again = await commands.lock(command.customerId, command.id);
        if (again === null) throw new Error('the command is gone');
        await commands.save({ ...again, releases: 3 });
        return again;
      });
      expect(seen).toMatchObject({ lapses: 2, version: 2 });
      expect(await find(record, command)).toMatchObject({ lapses: 2, releases: 3, version: 3 });
    });

    it('refuses to save what is not the record any more', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      await claimIt(record.ledger, command);
      await expect(record.unitOfWork.run(({ commands }) => commands.save(command))).rejects.toThrow(
        'not locked',
      );
      expect((await find(record, command)).state).toBe('claimed');
    });

    it('ends a whole queue while a device claims from it, each command once', async () => {
      const device = await addDevice(record);
      const commands = await Promise.all(
        Array.from({ length: 15 }, () => addCommand(record, newCommand(device))),
      );
      const endAll = record.unitOfWork.run(async ({ devices, commands: store, now }) => {
        await devices.lock(device.id);
        const opened = await store.lockOpen({ deviceId: device.id });
        const waiting = opened.filter(({ state }) => state === 'queued');
        for (const command of waiting) await store.save(ended(command, now));
        return waiting.length;
      });
      const claims = Promise.all(commands.map((command) => claimIt(record.peer.ledger, command)));
      const [cancelled, answers] = await Promise.all([endAll, claims]);
      const claimed = answers.filter((answer) => answer.kind === 'decided' && answer.outcome === 'claimed');
      expect(cancelled + claimed.length).toBe(15);
      const states = await Promise.all(commands.map(async (command) => (await find(record, command)).state));
      expect(states.filter((state) => state === 'claimed')).toHaveLength(claimed.length);
      expect(states.filter((state) => state === 'cancelled')).toHaveLength(cancelled);
    });
  });
}
