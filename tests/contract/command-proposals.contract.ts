import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Command } from '../../src/domain/command/command.js';
import { firstBroken } from './activity-chain.js';
import {
  addCommand,
  addCustomer,
  addDevice,
  approvalOf,
  claimIt,
  find,
  newCommand,
  newId,
  proposed,
} from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeCommandProposalsContract(name: string, open: OpenRecord): void {
  describe(`command proposals: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('records the command and its entry together', async () => {
      const device = await addDevice(record);
      const command = newCommand(device, {
        priority: 5,
        notBefore: new Date('2099-05-06T07:08:09.123Z'),
        proposalReason: 'It is slow — since “Tuesday”.',
        sessionId: newId(),
        redriveOf: newId(),
        grant: 'a.b.c',
      });
      const outcome = await record.proposals.propose(command, proposed(command));
      const reading = await record.records.find(device.customerId, command.id);
      expect(outcome).toEqual({ kind: 'accepted', command: reading?.command });
      expect(reading?.command).toMatchObject({
        state: 'queued',
        version: 1,
        attempt: 0,
        claim: null,
        evidence: [],
      });
      expect(reading?.command.notBefore).toEqual(command.notBefore);
      const log = await record.activity(device.customerId);
      expect(log.map(({ kind, subject }) => [kind, subject.id])).toEqual([['command.proposed', command.id]]);
      expect(log[0]?.at).toEqual(reading?.command.createdAt);
    });

    it('lets a command wait exactly when approvals are missing', async () => {
      const device = await addDevice(record);
      const waiting = await addCommand(record, newCommand(device, { approval: approvalOf(1) }));
      const free = await addCommand(record, newCommand(device, { approval: approvalOf(0) }));
      expect([waiting.state, free.state]).toEqual(['awaiting_approval', 'queued']);
      expect((await find(record, waiting)).approval).toEqual(approvalOf(1));
    });

    it('accepts a draft only while the customer has the policy that it was drafted under', async () => {
      const device = await addDevice(record);
      const { customerId } = device;
      const change = () =>
        record.peer.unitOfWork.run(async ({ policies }) => {
          const { version, rules } = await policies.lock(customerId);
          await policies.save(customerId, { version: version + 1, rules });
        });
      const kindOf = async (policyVersion: number) => {
        const command = newCommand(device, { policyVersion });
        return (await record.proposals.propose(command, proposed(command))).kind;
      };
      expect(await kindOf(2)).toBe('policy_changed');
      const before = await addCommand(record, newCommand(device));
      await change();
      expect(await Promise.all([1, 2, 3].map(kindOf))).toEqual([
        'policy_changed',
        'accepted',
        'policy_changed',
      ]);
      // What was recorded before is answered, whatever the policy is by now.
      const again = newCommand(device, { id: before.id });
      expect((await record.proposals.propose(again, proposed(again))).kind).toBe('repeated');
      const inside = newCommand(device);
      const outcome = await record.unitOfWork.run(({ commands }) =>
        commands.propose(inside, proposed(inside)),
      );
      expect(outcome).toEqual({ kind: 'policy_changed' });
      expect(await record.activity(customerId)).toHaveLength(2);
    });

    it('accepts a draft only for the credentials that the device has', async () => {
      const device = await addDevice(record, { credentialGeneration: 2 });
      const kindOf = async (credentialGeneration: number) => {
        const command = newCommand(device, { credentialGeneration });
        return (await record.proposals.propose(command, proposed(command))).kind;
      };
      expect(await Promise.all([1, 2, 3].map(kindOf))).toEqual([
        'device_changed',
        'accepted',
        'device_changed',
      ]);
      const inside = newCommand(device, { credentialGeneration: 1 });
      const outcome = await record.unitOfWork.run(({ commands }) =>
        commands.propose(inside, proposed(inside)),
      );
      expect(outcome).toEqual({ kind: 'device_changed' });
      expect(await record.activity(device.customerId)).toHaveLength(1);
    });

    it('keeps whatever a person put into the parameters, to the last character', async () => {
      const device = await addDevice(record);
      const parameters = {
        nul: 'a\u0000b',
        half: '\ud800',
        quote: '\\u0000 "\\',
        emoji: '🛠',
        number: 1e-7,
        big: 2 ** 53,
      };
      const command = await addCommand(record, newCommand(device, { parameters }));
      expect((await find(record, command)).parameters).toEqual(parameters);
    });

    it('answers a repeated id by what is recorded, and writes nothing', async () => {
      const device = await addDevice(record);
      const command = newCommand(device);
      const first = await addCommand(record, command);
      await claimIt(record.ledger, first);
      const again = await record.peer.proposals.propose({ ...command, priority: 9 }, proposed(command));
      expect(again).toEqual({ kind: 'repeated', command: await find(record, first) });
      expect(await record.activity(device.customerId)).toHaveLength(2);
    });

    it('accepts one of many proposals of one id made at once', async () => {
      const device = await addDevice(record);
      const command = newCommand(device);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).proposals.propose(command, proposed(command)),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(19);
      expect(await record.activity(device.customerId)).toHaveLength(1);
    });

    it('holds the bound exactly when two gateways fill a queue at once', async () => {
      const device = await addDevice(record);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, n) => {
          const command = newCommand(device);
          return (n % 2 === 0 ? record : record.peer).proposals.propose(command, proposed(command));
        }),
      );
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(record.maxOpen);
      const refused = outcomes.filter((outcome) => outcome.kind === 'queue_full');
      expect(refused).toHaveLength(50 - record.maxOpen);
      for (const { depth, oldestAgeMs } of refused) {
        expect(depth).toBe(record.maxOpen);
        expect(oldestAgeMs).toBeGreaterThanOrEqual(0);
      }
      expect(await record.activity(device.customerId)).toHaveLength(record.maxOpen);
      expect((await record.records.backlog(device.id)).depth).toBe(record.maxOpen);
    });

    it('counts against the bound only what is new, also where a repeated one comes along', async () => {
      const device = await addDevice(record);
      const commands = Array.from({ length: record.maxOpen - 1 }, () => newCommand(device));
      for (const command of commands) await addCommand(record, command);
      const last = newCommand(device);
      const together = [...commands.slice(0, 2), last].map((command) =>
        record.proposals.propose(command, proposed(command)),
      );
      expect((await Promise.all(together)).map(({ kind }) => kind)).toEqual([
        'repeated',
        'repeated',
        'accepted',
      ]);
    });

    it('counts against the bound what has not ended, in whatever state it is', async () => {
      const device = await addDevice(record);
      const change = ({ id }: Command, to: Partial<Command>) =>
        record.ledger.change(id, { deviceId: device.id }, (stored) => ({
          outcome: null,
          save: { command: { ...stored, ...to }, entries: [] },
        }));
      const oldest = await addCommand(record, newCommand(device));
      await record.advance(600_000);
      await addCommand(record, newCommand(device, { approval: approvalOf(1) }));
      const [claimed, unknown] = [
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
      ];
      await claimIt(record.ledger, claimed);
      await change(unknown, { state: 'unknown_outcome', attempt: 1 });
      for (let n = 4; n < record.maxOpen; n += 1) await addCommand(record, newCommand(device));
      const propose = () => {
        const command = newCommand(device);
        return record.proposals.propose(command, proposed(command));
      };
      expect((await propose()).kind).toBe('queue_full');
      await change(oldest, { state: 'cancelled', finishedAt: new Date() });
      expect((await propose()).kind).toBe('accepted');
      const refused = await propose();
      expect(refused).toMatchObject({ kind: 'queue_full', depth: record.maxOpen });
      expect(refused.kind === 'queue_full' && refused.oldestAgeMs).toBeLessThan(600_000);
    });

    it('counts against the bound by device, and gives the last place to the one who came first', async () => {
      const devices = [await addDevice(record), await addDevice(record)] as const;
      for (const device of devices) {
        for (let n = 1; n < record.maxOpen; n += 1) await addCommand(record, newCommand(device));
      }
      await record.advance(600_000);
      const together = [...devices, ...devices].map((device) => {
        const command = newCommand(device);
        return record.proposals.propose(command, proposed(command));
      });
      const [first, second, ...others] = await Promise.all(together);
      expect([first?.kind, second?.kind]).toEqual(['accepted', 'accepted']);
      for (const other of others) {
        expect(other).toMatchObject({ kind: 'queue_full', depth: record.maxOpen });
        const { oldestAgeMs } = other.kind === 'queue_full' ? other : { oldestAgeMs: 0 };
        expect(oldestAgeMs).toBeGreaterThanOrEqual(600_000);
        expect(oldestAgeMs).toBeLessThan(660_000);
      }
    });

    it('answers a repeated id also when the queue has filled up or the device is gone since', async () => {
      const device = await addDevice(record);
      const commands = Array.from({ length: record.maxOpen }, () => newCommand(device));
      for (const command of commands) await addCommand(record, command);
      const [first] = commands;
      if (first === undefined) throw new Error('nothing was proposed');
      expect((await record.proposals.propose(first, proposed(first))).kind).toBe('repeated');
      await record.unitOfWork.run(({ devices }) => devices.save({ ...device, lifecycle: 'retired' }));
      expect((await record.proposals.propose(first, proposed(first))).kind).toBe('repeated');
    });

    it('refuses a device that is not there, not the customer’s, or takes nothing', async () => {
      const device = await addDevice(record);
      const suspended = await addDevice(record, { lifecycle: 'suspended' });
      const provisioned = await addDevice(record, { lifecycle: 'provisioned' });
      const stranger = await addCustomer(record);
      const propose = (command: ReturnType<typeof newCommand>) =>
        record.proposals.propose(command, proposed(command));
      const answers = await Promise.all([
        propose(newCommand({ ...device, id: 'nowhere' })),
        propose(newCommand({ ...device, customerId: stranger })),
        propose(newCommand(suspended)),
        propose(newCommand(provisioned)),
      ]);
      expect(answers).toEqual([
        { kind: 'no_such_device' },
        { kind: 'no_such_device' },
        { kind: 'device_not_active', lifecycle: 'suspended' },
        expect.objectContaining({ kind: 'accepted' }),
      ]);
      expect(await record.activity(stranger)).toEqual([]);
    });

    it('ranks by priority, and then in the order of acceptance, across gateways', async () => {
      const device = await addDevice(record);
      const low = await addCommand(record, newCommand(device, { priority: -1 }));
      const first = await addCommand(record.peer, newCommand(device));
      const [second, third] = await Promise.all([
        addCommand(record, newCommand(device)),
        addCommand(record, newCommand(device)),
      ]);
      const high = await addCommand(record.peer, newCommand(device, { priority: 1 }));
      const ranks = [high, first, second, third, low].map(({ rank }) => rank);
      expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
      expect(new Set(ranks).size).toBe(5);
    });

    it('lets a proposal that cannot be stored fail alone', async () => {
      const device = await addDevice(record);
      const good = Array.from({ length: 8 }, () => newCommand(device));
      const bad = newCommand(device, { proposalReason: 'a\u0000b' });
      const half = newCommand(device, { proposalReason: '\ud800' });
      const settled = await Promise.allSettled(
        [...good.slice(0, 4), bad, half, ...good.slice(4)].map((command) =>
          record.proposals.propose(command, proposed(command)),
        ),
      );
      const fulfilled = settled.filter(({ status }) => status === 'fulfilled');
      expect(fulfilled).toHaveLength(good.length);
      for (const refused of settled.filter((answer) => answer.status === 'rejected')) {
        expect(refused.reason).toMatchObject({ code: 'invalid_request' });
      }
      expect(await record.records.find(device.customerId, bad.id)).toBeNull();
      const log = await record.activity(device.customerId);
      expect(log).toHaveLength(good.length);
      expect(firstBroken(log)).toBeNull();
    });
  });
}
