import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Transaction } from '../../src/application/ports/unit-of-work.js';
import type { NewEntry } from '../../src/domain/activity/activity-entry.js';
import { firstBroken } from './activity-chain.js';
import { addCustomer, addDevice, newId, operator } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const noted = (customerId: string, n: number, requestId: string | null = null): NewEntry => ({
  customerId,
  kind: 'device.updated',
  actor: operator.actor,
  subject: { kind: 'device', id: 'till' },
  data: { n },
  requestId,
});

export function describeUnitOfWorkContract(name: string, open: OpenRecord): void {
  describe(`unit of work: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('commits state and entries together, the entries in their order', async () => {
      const customerId = await addCustomer(record);
      const at = await record.unitOfWork.run(async (transaction) => {
        transaction.record(noted(customerId, 1, 'r-1'));
        await transaction.members.putMember({ customerId, userId: newId(), name: 'Kim', role: 'admin' });
        transaction.record(noted(customerId, 2));
        return transaction.now;
      });
      const log = await record.activity(customerId);
      expect(log.map(({ seq, data, requestId }) => [seq, data, requestId])).toEqual([
        [1, '{"n":1}', 'r-1'],
        [2, '{"n":2}', null],
      ]);
      expect(log.map((entry) => entry.at)).toEqual([at, at]);
      expect(firstBroken(log)).toBeNull();
    });

    it('leaves nothing behind when the work fails', async () => {
      const device = await addDevice(record);
      const failure = new Error('changed my mind');
      const failed = record.unitOfWork.run(async ({ devices, record: note }) => {
        await devices.save({ ...device, name: 'Renamed' });
        note(noted(device.customerId, 1));
        throw failure;
      });
      await expect(failed).rejects.toBe(failure);
      expect(await record.devices.find(device.customerId, device.id)).toEqual(device);
      expect(await record.activity(device.customerId)).toEqual([]);
    });

    it('leaves nothing behind when the entries cannot be written', async () => {
      const device = await addDevice(record);
      const failed = record.unitOfWork.run(async ({ devices, record: note }) => {
        await devices.save({ ...device, name: 'Renamed' });
        note({ ...noted(device.customerId, 1), actor: { kind: 'cli', id: 'a\u0000b' } });
      });
      await expect(failed).rejects.toMatchObject({ code: 'invalid_request' });
      expect(await record.devices.find(device.customerId, device.id)).toEqual(device);
    });

    it('does not pretend to have committed when a failed statement was swallowed', async () => {
      const customerId = await addCustomer(record);
      const failed = record.unitOfWork.run(async ({ members, record: note }) => {
        const member = { customerId: newId(), userId: newId(), name: 'Kim', role: 'admin' } as const;
        await members.putMember(member).catch(() => undefined);
        note(noted(customerId, 1));
      });
      await expect(failed).rejects.toThrow();
      expect(await record.activity(customerId)).toEqual([]);
    });

    it('runs the work again after a deadlock', async () => {
      const one = await addDevice(record);
      const other = await addDevice(record);
      const both = Promise.withResolvers<undefined>();
      let runs = 0;
      let arrived = 0;
      const lockInOrder = async ({ devices }: Transaction, ids: readonly string[]) => {
        runs += 1;
        const [first = '', second = ''] = ids;
        await devices.lock(first);
        arrived += 1;
        if (arrived === 2) both.resolve(undefined);
        await both.promise;
        const device = await devices.lock(second);
        if (device === null) throw new Error('the device is gone');
        await devices.save({ ...device, tokenGeneration: device.tokenGeneration + 1 });
      };
      await Promise.all([
        record.unitOfWork.run((transaction) => lockInOrder(transaction, [one.id, other.id])),
        record.peer.unitOfWork.run((transaction) => lockInOrder(transaction, [other.id, one.id])),
      ]);
      expect(runs).toBeGreaterThan(2);
      const found = await Promise.all(
        [one, other].map(({ customerId, id }) => record.devices.find(customerId, id)),
      );
      expect(found.map((device) => device?.tokenGeneration)).toEqual([2, 2]);
    });

    it('adds what can be provoked at will once in a while, each code for itself', async () => {
      const customerId = await addCustomer(record);
      const refused = (code: string | null, n: number): NewEntry => ({
        ...noted(customerId, n),
        data: code === null ? { n } : { code, n },
      });
      const add = (entry: NewEntry) =>
        record.unitOfWork.run(({ recordSeldom }) => recordSeldom(entry, 60_000));
      expect(await add(refused('forbidden', 1))).toBe(true);
      expect(await add(refused('forbidden', 2))).toBe(false);
      expect(await add(refused('gone', 3))).toBe(true);
      expect(await add(refused(null, 4))).toBe(true);
      expect(await add(refused(null, 5))).toBe(false);
      const otherwise: readonly Partial<NewEntry>[] = [
        { kind: 'device.suspended' },
        { actor: { kind: 'member', id: operator.actor.id } },
        { actor: { kind: operator.actor.kind, id: 'somebody else' } },
        { subject: { kind: 'command', id: 'till' } },
        { subject: { kind: 'device', id: 'other' } },
      ];
      for (const given of otherwise) expect(await add({ ...refused('gone', 6), ...given })).toBe(true);
      await record.advance(60_001);
      expect(await add(refused('forbidden', 7))).toBe(true);
      expect(await record.activity(customerId)).toHaveLength(9);
    });

    it('gives one time throughout, by the record’s own clock', async () => {
      const before = await record.unitOfWork.run(({ now }) => Promise.resolve(now));
      await record.advance(86_400_000);
      const after = await record.unitOfWork.run(({ now }) => Promise.resolve(now));
      expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(86_400_000);
    });

    it('is good for nothing after its end', async () => {
      const device = await addDevice(record);
      const kept = await record.unitOfWork.run((transaction) => Promise.resolve({ transaction }));
      await expect(kept.transaction.devices.lock(device.id)).rejects.toThrow('after its end');
      expect(() => kept.transaction.record(noted(device.customerId, 1))).toThrow('after its end');
    });

    it('keeps every log without gaps while many write to several customers at once', async () => {
      const customers = await Promise.all(Array.from({ length: 3 }, () => addCustomer(record)));
      await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(({ record: note }) => {
            // Each in an order of its own: the logs are locked in one order all the same.
            for (const customerId of n % 3 === 0 ? customers : customers.toReversed())
              note(noted(customerId, n));
            return Promise.resolve();
          }),
        ),
      );
      for (const customerId of customers) {
        const log = await record.activity(customerId);
        expect(log).toHaveLength(40);
        expect(firstBroken(log)).toBeNull();
      }
    });
  });
}
