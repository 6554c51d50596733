import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CommandReading } from '../../src/application/ports/command-records.js';
import type { Command } from '../../src/domain/command/command.js';
import { commandAsOf } from '../../src/domain/command/due-moves.js';
import { placementOf } from '../../src/domain/command/placement.js';
import type { Device } from '../../src/domain/device/device.js';
import {
  addCommand,
  addDevice,
  approvalOf,
  claimIt,
  find,
  newCommand,
  newId,
  success,
} from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const idsOf = (readings: readonly CommandReading[]): readonly string[] =>
  readings.map(({ command }) => command.id);

export function describeCommandDeadlinesContract(name: string, open: OpenRecord): void {
  describe(`command deadlines: ${name}`, () => {
    let record: RecordUnderTest;
    let device: Device;
    beforeEach(async () => {
      record = await open();
      device = await addDevice(record);
    });
    afterEach(() => record.close());

    const finish = ({ id, deviceId }: Command) =>
      record.ledger.change(id, { deviceId }, (stored, now) => ({
        outcome: null,
        save: { command: { ...stored, state: 'failed', finishedAt: now }, entries: [] },
      }));

    it('shows what the dispatch store may not know, oldest change first', async () => {
      const first = await addCommand(record, newCommand(device));
      await record.advance(1_000);
      const second = await addCommand(record, newCommand(device, { approval: approvalOf(1) }));
      await record.advance(1_000);
      await addCommand(record, newCommand(device));
      expect(idsOf(await record.deadlines.undispatched(1_000, 10))).toEqual([first.id, second.id]);
      expect(idsOf(await record.deadlines.undispatched(1_000, 1))).toEqual([first.id]);
      expect(await record.deadlines.undispatched(60_000, 10)).toEqual([]);
    });

    it('takes what is claimed or has ended to be known', async () => {
      const [claimed, ended] = [
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
      ];
      await claimIt(record.ledger, claimed);
      await finish(ended);
      expect(await record.deadlines.undispatched(0, 10)).toEqual([]);
    });

    it('notes that the store knows a command, unless it changed since', async () => {
      const known = await addCommand(record, newCommand(device));
      const changed = await addCommand(record, newCommand(device));
      await record.ledger.change(changed.id, { deviceId: device.id }, (stored) => ({
        outcome: null,
        save: { command: { ...stored, notBefore: new Date('2098-01-01T00:00:00.000Z') }, entries: [] },
      }));
      await Promise.all([
        record.deadlines.markDispatched([known, { id: newId(), version: 1 }]),
        record.deadlines.markDispatched([changed]),
        record.deadlines.markDispatched([]),
      ]);
      expect(idsOf(await record.deadlines.undispatched(0, 10))).toEqual([changed.id]);
      const [now] = await record.deadlines.findMany([known.id]);
      expect(now?.command.version).toBe(known.version);
    });

    it('must be told again after a later change', async () => {
      const command = await addCommand(record, newCommand(device));
      await record.deadlines.markDispatched([command]);
      await claimIt(record.ledger, command);
      await record.ledger.change(command.id, { deviceId: device.id }, (stored) => ({
        outcome: null,
        save: { command: { ...stored, state: 'queued', claim: null }, entries: [] },
      }));
      expect(idsOf(await record.deadlines.undispatched(0, 10))).toEqual([command.id]);
    });

    it('goes through what has not ended in the order of the ids', async () => {
      const commands = [];
      for (let n = 0; n < 5; n += 1) commands.push(await addCommand(record, newCommand(device)));
      const [ended] = commands;
      if (ended === undefined) throw new Error('nothing was proposed');
      await finish(ended);
      const open = commands
        .slice(1)
        .map(({ id }) => id)
        .toSorted();
      expect(idsOf(await record.deadlines.open(null, 3))).toEqual(open.slice(0, 3));
      expect(idsOf(await record.deadlines.open(open[2] ?? null, 3))).toEqual(open.slice(3));
    });

    it('shows what time alone should have moved, longest overdue first', async () => {
      const { now } = (
        await record.deadlines.findMany([(await addCommand(record, newCommand(device))).id])
      )[0] ?? {
        now: new Date(0),
      };
      const inMs = (ms: number) => new Date(now.getTime() + ms);
      const later = await addCommand(record, newCommand(device, { expiresAt: inMs(120_000) }));
      const sooner = await addCommand(record, newCommand(device, { expiresAt: inMs(110_000) }));
      const window = { ...approvalOf(1), expiresAt: inMs(100_000) };
      const waiting = await addCommand(record, newCommand(device, { approval: window }));
      const lease = await addCommand(record, newCommand(device, { visibilityTimeoutMs: 60_000 }));
      await claimIt(record.ledger, lease);
      expect(await record.deadlines.overdue(10)).toEqual([]);
      await record.advance(130_000);
      expect(idsOf(await record.deadlines.overdue(10))).toEqual([lease.id, waiting.id, sooner.id, later.id]);
      expect(idsOf(await record.deadlines.overdue(2))).toEqual([lease.id, waiting.id]);
    });

    it('finds these commands, whatever their state, and leaves out what is missing', async () => {
      const queued = await addCommand(record, newCommand(device));
      const ended = await addCommand(record, newCommand(device));
      await finish(ended);
      const found = await record.deadlines.findMany([ended.id, newId(), 'no-id', queued.id]);
      expect(idsOf(found).toSorted()).toEqual([queued.id, ended.id].toSorted());
      expect(await record.deadlines.findMany([])).toEqual([]);
    });

    it('leaves out what a command is about, and says all that its place depends on', async () => {
      const content = { parameters: { nul: 'a\u0000b' }, grant: 'a.b.c' };
      const window = { ...approvalOf(1), envelope: content.parameters };
      const waiting = await addCommand(record, newCommand(device, { ...content, approval: window }));
      const short = { ...window, expiresAt: new Date('2199-01-01T00:00:00.000Z') };
      const expiring = await addCommand(record, newCommand(device, { ...content, approval: short }));
      const delayed = await addCommand(
        record,
        newCommand(device, { ...content, priority: 7, notBefore: new Date('2098-01-01T00:00:00.000Z') }),
      );
      const approved = await addCommand(record, newCommand(device, { ...content, approval: approvalOf(0) }));
      const claimed = await addCommand(record, newCommand(device, content));
      await claimIt(record.ledger, claimed);
      await record.ledger.change(claimed.id, { deviceId: device.id }, (stored, now) => ({
        outcome: null,
        save: {
          command: {
            ...stored,
            cancelRequestedAt: now,
            progress: {
              percent: 1,
              message: null,
              output: 'long',
              at: 'then',
              stream: { attempt: 1, from: 1, pieces: ['long'] },
            },
            result: { ...success, late: true, digest: 'd' },
            evidence: [{ ...success, attempt: 1, receivedAt: 'then' }],
          },
          entries: [],
        },
      }));
      for (const later of [0, 3_600_000]) {
        await record.advance(later);
        const readings = await record.deadlines.open(null, 10);
        expect(readings).toHaveLength(5);
        for (const { command, now } of readings) {
          const whole = await find(record, command);
          expect(command).toEqual({
            ...whole,
            parameters: {},
            progress: null,
            result: null,
            evidence: [],
            grant: null,
            approval: whole.approval && expect.objectContaining({ envelope: {}, decisions: [] }),
          });
          const [seen, known] = [commandAsOf(command, now).command, commandAsOf(whole, now).command];
          expect(placementOf(seen, now)).toEqual(placementOf(known, now));
        }
      }
      const ids = [waiting, expiring, delayed, approved, claimed].map(({ id }) => id);
      const every = [
        await record.deadlines.findMany(ids),
        await record.deadlines.undispatched(0, 10),
        await record.deadlines.overdue(10),
      ];
      expect(every.map(({ length }) => length)).toEqual([5, 4, 1]);
      for (const { command } of every.flat())
        expect(command).toMatchObject({ parameters: {}, evidence: [], grant: null, result: null });
    });
  });
}
