import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CommandLedger } from '../../src/application/ports/command-ledger.js';
import { cancel } from '../../src/domain/command/cancel-rules.js';
import { commandEntry } from '../../src/domain/command/command-entries.js';
import { commandFaults } from '../../src/domain/command/command-faults.js';
import type { Command } from '../../src/domain/command/command.js';
import { report } from '../../src/domain/command/result-rules.js';
import { eventually } from '../support/eventually.js';
import { firstBroken } from './activity-chain.js';
import {
  addCommand,
  addDevice,
  approvalOf,
  claimIt,
  find,
  newCommand,
  newId,
  operator,
  success,
} from './record-seeds.js';
import { describeCompany } from './command-company.js';
import { describeDeviceGuards } from './command-ledger-guards.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

/** Counts a release: a change that can be made any number of times. */
const countUp = (ledger: CommandLedger, { id, deviceId }: Command) =>
  ledger.change(id, { deviceId }, (stored) => ({
    outcome: stored.releases + 1,
    save: {
      command: { ...stored, releases: stored.releases + 1 },
      entries: [commandEntry(stored, 'command.released', operator, { releases: stored.releases + 1 })],
    },
  }));

export function describeCommandLedgerContract(name: string, open: OpenRecord): void {
  describe(`command ledger: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('writes the verdict and its entries together, and counts the version', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      expect(await claimIt(record.ledger, command)).toEqual({ kind: 'decided', outcome: 'claimed' });
      const stored = await find(record, command);
      expect(stored).toMatchObject({ state: 'claimed', attempt: 1, version: command.version + 1 });
      const log = await record.activity(command.customerId);
      expect(log.map(({ kind }) => kind)).toEqual(['command.proposed', 'command.claimed']);
    });

    it('brings back every field as it was saved, also after a change that leaves it alone', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const at = (text: string) => new Date(`2098-01-02T03:04:${text}Z`);
      const saved: Command = {
        ...command,
        state: 'failed',
        stateReason: 'timed_out',
        notBefore: at('01.001'),
        attempt: 2,
        lapses: 3,
        releases: 4,
        claim: {
          nonce: 'n',
          attemptId: 'a',
          claimedAt: at('02'),
          leaseUntil: at('03.5'),
          runUntil: at('04'),
        },
        claimedAt: at('05'),
        finishedAt: at('06'),
        cancelRequestedAt: at('07'),
        progress: {
          percent: 12.5,
          message: 'half\u0000way',
          output: '\udfff',
          at: 'then',
          stream: { attempt: 2, from: 7, pieces: ['\u0000', '\udfff'] },
        },
        result: {
          ...success,
          output: 'NUL \u0000, half \ud83d, \\u0000 "',
          data: { n: [1, null, '\u0000'] },
          late: true,
          digest: 'd',
        },
        evidence: [{ ...success, output: '\u0000', attempt: 1, receivedAt: 'then' }],
        approval: approvalOf(1),
        grant: 'x.y.z',
      };
      await record.ledger.change(command.id, { customerId: command.customerId }, () => ({
        outcome: null,
        save: { command: saved, entries: [] },
      }));
      expect(await find(record, command)).toEqual({ ...saved, version: command.version + 1 });
      await countUp(record.ledger, command);
      expect(await find(record, command)).toEqual({ ...saved, releases: 5, version: command.version + 2 });
    });

    it('lets exactly one of fifty claims made at once by two gateways win', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const nonces = Array.from({ length: 50 }, () => newId());
      const answers = await Promise.all(
        nonces.map((nonce, n) => claimIt((n % 2 === 0 ? record : record.peer).ledger, command, nonce, nonce)),
      );
      const winners = nonces.filter((_, n) => {
        const answer = answers[n];
        return answer?.kind === 'decided' && answer.outcome === 'claimed';
      });
      expect(winners).toHaveLength(1);
      const stored = await find(record, command);
      expect(stored).toMatchObject({ attempt: 1, claim: { nonce: winners[0] } });
      expect(await record.activity(command.customerId)).toHaveLength(2);
    });

    it('loses no change when many are made at once, and gives each its own outcome', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, n) => countUp((n % 2 === 0 ? record : record.peer).ledger, command)),
      );
      const outcomes = answers.map((answer) => (answer.kind === 'decided' ? answer.outcome : -1));
      expect([...outcomes].sort((one, other) => one - other)).toEqual(
        Array.from({ length: 60 }, (_, n) => n + 1),
      );
      expect((await find(record, command)).releases).toBe(60);
      const log = await record.activity(command.customerId);
      expect(log.slice(1).map(({ data }) => (JSON.parse(data) as { releases: number }).releases)).toEqual(
        Array.from({ length: 60 }, (_, n) => n + 1),
      );
    });

    it('brings result, cancellation and a second claim of one command to one end', async () => {
      const device = await addDevice(record);
      const commands = await Promise.all(
        Array.from({ length: 10 }, () => addCommand(record, newCommand(device))),
      );
      await Promise.all(
        commands.map((command) => claimIt(record.ledger, command, 'first', `nonce-${command.id}`)),
      );
      const finish = (ledger: CommandLedger, { id, deviceId }: Command) =>
        ledger.change(id, { deviceId }, (stored, now) => {
          const reference = { attempt: 1, nonce: `nonce-${id}` };
          const answer = report(stored, { report: success, digest: 'one', reference }, now);
          return answer.kind === 'recorded'
            ? { outcome: answer.kind, save: { command: answer.command, entries: [] } }
            : { outcome: answer.kind };
        });
      const callOff = (ledger: CommandLedger, { id, customerId }: Command) =>
        ledger.change(id, { customerId }, (stored, now) => {
          const answer = cancel(stored, 'no longer needed', now);
          return { outcome: answer.kind, save: { command: answer.command, entries: [] } };
        });
      await Promise.allSettled(
        commands.flatMap((command) => [
          finish(record.ledger, command),
          callOff(record.peer.ledger, command),
          claimIt(record.peer.ledger, command, 'second'),
          finish(record.peer.ledger, command),
        ]),
      );
      for (const command of commands) {
        expect(await find(record, command)).toMatchObject({
          state: 'succeeded',
          attempt: 1,
          result: { output: 'ok' },
        });
      }
    });

    it('asks again with the newer record when somebody else was faster', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const seen: number[] = [];
      const { change } = await record.unitOfWork.run(async ({ commands }) => {
        const locked = await commands.lock(command.customerId, command.id);
        if (locked === null) throw new Error('the command is gone');
        const change = record.peer.ledger.change(command.id, { deviceId: command.deviceId }, (stored) => {
          seen.push(stored.releases);
          const saved = { ...stored, lapses: stored.lapses + 1 };
          return { outcome: stored.releases, save: { command: saved, entries: [] } };
        });
        await eventually(() => seen.length > 0);
        await commands.save({ ...locked, releases: 7 });
        return { change };
      });
      expect(await change).toEqual({ kind: 'decided', outcome: 7 });
      expect(seen).toEqual([0, 7]);
      expect(await find(record, command)).toMatchObject({
        releases: 7,
        lapses: 1,
        version: command.version + 2,
      });
    });

    it('answers by the fault that the decision throws, and writes nothing', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const refusal = commandFaults.claim_superseded();
      const refused = record.ledger.change(command.id, { deviceId: command.deviceId }, () => {
        throw refusal;
      });
      const others = Promise.all([countUp(record.ledger, command), countUp(record.ledger, command)]);
      await expect(refused).rejects.toBe(refusal);
      await others;
      expect(await find(record, command)).toMatchObject({ releases: 2 });
    });

    it('lets a change that cannot be stored fail alone', async () => {
      const device = await addDevice(record);
      const commands = await Promise.all(
        Array.from({ length: 6 }, () => addCommand(record, newCommand(device))),
      );
      const [bad, ...good] = commands;
      if (bad === undefined) throw new Error('nothing was proposed');
      const unstorable = record.ledger.change(bad.id, { deviceId: bad.deviceId }, (stored) => ({
        outcome: null,
        save: { command: { ...stored, stateReason: 'a\u0000b' }, entries: [] },
      }));
      const answers = Promise.all(good.map((command) => countUp(record.ledger, command)));
      await expect(unstorable).rejects.toMatchObject({ code: 'invalid_request' });
      expect((await answers).every(({ kind }) => kind === 'decided')).toBe(true);
      expect(await find(record, bad)).toEqual(bad);
    });

    it('takes many long results at once', async () => {
      const device = await addDevice(record);
      const commands = await Promise.all(
        Array.from({ length: record.maxOpen }, () => addCommand(record, newCommand(device))),
      );
      const output = 'é\u0000"'.repeat(60_000);
      const answers = await Promise.all(
        commands.map(({ id, deviceId }) =>
          record.ledger.change(id, { deviceId }, (stored, now) => ({
            outcome: id,
            save: {
              command: {
                ...stored,
                state: 'succeeded',
                finishedAt: now,
                result: { ...success, output, late: false, digest: id },
              },
              entries: [commandEntry(stored, 'command.finished', operator)],
            },
          })),
        ),
      );
      expect(answers).toEqual(commands.map(({ id }) => ({ kind: 'decided', outcome: id })));
      for (const command of commands) {
        expect((await find(record, command)).result).toMatchObject({ output, digest: command.id });
      }
      expect(firstBroken(await record.activity(device.customerId))).toBeNull();
    });

    it('hides a command from those whose it is not', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const look = (id: string, owner: { deviceId: string } | { customerId: string }) =>
        record.ledger.change(id, owner, () => ({ outcome: 'seen' }));
      expect(await look(command.id, { deviceId: command.deviceId })).toEqual({
        kind: 'decided',
        outcome: 'seen',
      });
      expect(await look(command.id, { deviceId: 'another' })).toEqual({ kind: 'missing' });
      expect(await look(command.id, { customerId: newId() })).toEqual({ kind: 'missing' });
      expect(await look(newId(), { deviceId: command.deviceId })).toEqual({ kind: 'missing' });
      expect(await look('../etc', { deviceId: command.deviceId })).toEqual({ kind: 'missing' });
    });

    describeDeviceGuards(() => record);
    describeCompany(() => record);

    it('decides by the record’s own clock', async () => {
      const command = await addCommand(record, newCommand(await addDevice(record)));
      const timeOf = async () => {
        const answer = await record.ledger.change(command.id, { deviceId: command.deviceId }, (_, now) => ({
          outcome: now,
        }));
        return answer.kind === 'decided' ? answer.outcome.getTime() : Number.NaN;
      };
      const before = await timeOf();
      await record.advance(3_600_000);
      expect((await timeOf()) - before).toBeGreaterThanOrEqual(3_600_000);
    });

    it('keeps the logs of several customers whole while two gateways write at once', async () => {
      const devices = await Promise.all(Array.from({ length: 4 }, () => addDevice(record)));
      const commands = await Promise.all(
        devices.flatMap((device) => Array.from({ length: 5 }, () => addCommand(record, newCommand(device)))),
      );
      await Promise.all(
        Array.from({ length: 5 }, () =>
          commands.flatMap((command) => [
            countUp(record.ledger, command),
            countUp(record.peer.ledger, command),
          ]),
        ).flat(),
      );
      for (const { customerId } of devices) {
        const log = await record.activity(customerId);
        expect(log).toHaveLength(5 + 5 * 10);
        expect(firstBroken(log)).toBeNull();
      }
    });
  });
}
