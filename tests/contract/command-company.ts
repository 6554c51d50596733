import { describe, expect, it } from '@jest/globals';

import { claim } from '../../src/domain/command/claim-rules.js';
import type { Command } from '../../src/domain/command/command.js';
import type { Hindrance } from '../../src/domain/command/hindrance.js';
import type { NewCommand } from '../../src/domain/command/proposal.js';
import type { Device } from '../../src/domain/device/device.js';
import { eventually } from '../support/eventually.js';
import { addCommand, addDevice, approvalOf, find, newCommand, newId } from './record-seeds.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';

const farAway = new Date('2099-01-01T00:00:00.000Z');

/** What the record promises about lanes, dedupe keys and paused queues: a part of the ledger's contract. */
export function describeCompany(opened: () => RecordUnderTest): void {
  const hindranceOf = async ({ id, customerId }: Command): Promise<Hindrance | null | undefined> =>
    (await opened().records.find(customerId, id))?.hindrance;

  /** Claims as the use case does, and answers what came of it. */
  const begin = async ({ id, deviceId }: Command, by: RecordAdapters = opened()): Promise<unknown> => {
    const answer = await by.ledger.change(
      id,
      { deviceId },
      (stored, now, hindrance) => {
        const verdict = claim(stored, { attemptId: id, leaseMs: null, nonce: newId() }, now, hindrance);
        if (verdict.kind !== 'claimed') return { outcome: verdict.kind };
        return { outcome: verdict.kind, save: { command: verdict.command, entries: [] } };
      },
      { deviceId, tokenGeneration: 1 },
    );
    return answer.kind === 'decided' ? answer.outcome : answer.kind;
  };
  const change = ({ id, deviceId }: Command, to: Partial<Command>) =>
    opened().ledger.change(id, { deviceId }, (stored) => ({
      outcome: null,
      save: { command: { ...stored, ...to }, entries: [] },
    }));
  const end = (command: Command) => change(command, { state: 'failed', finishedAt: new Date() });

  const inLane = (device: Device, given: Partial<NewCommand> = {}) =>
    addCommand(opened(), newCommand(device, { lane: 'disk', ...given }));

  describe('with a lane', () => {
    it('lets one begin at a time, in the order of acceptance, whatever the priorities', async () => {
      const device = await addDevice(opened());
      const first = await inLane(device);
      const second = await inLane(device, { priority: 100 });
      expect(await hindranceOf(first)).toBeNull();
      const third = await inLane(device, { priority: 50 });
      for (const later of [second, third]) {
        expect(await hindranceOf(later)).toEqual({ kind: 'behind', commandId: first.id });
      }
      expect(await begin(second)).toBe('hindered');
      expect(await begin(first)).toBe('claimed');
      expect(await begin(second)).toBe('hindered');
      await end(first);
      expect(await begin(second)).toBe('claimed');
    });

    it('keeps the lane for what has begun through every retry', async () => {
      const device = await addDevice(opened());
      const first = await inLane(device);
      const second = await inLane(device);
      await begin(first);
      await change(first, { state: 'queued', claim: null, notBefore: farAway });
      expect(await begin(second)).toBe('hindered');
      await change(first, { state: 'unknown_outcome', notBefore: null });
      expect(await begin(second)).toBe('hindered');
      expect(await hindranceOf(second)).toEqual({ kind: 'behind', commandId: first.id });
    });

    it('waits behind one that waits for approval, and not behind one whose time has not come', async () => {
      const device = await addDevice(opened());
      const later = await inLane(device, { notBefore: farAway });
      // Until it is approved, it keeps its turn whatever its own time is.
      const waiting = await inLane(device, { approval: approvalOf(1), notBefore: farAway });
      const third = await inLane(device);
      expect(await hindranceOf(third)).toEqual({ kind: 'behind', commandId: waiting.id });
      await end(waiting);
      expect(await hindranceOf(third)).toBeNull();
      expect(await begin(third)).toBe('claimed');
      expect(await hindranceOf(later)).toEqual({ kind: 'behind', commandId: third.id });
    });

    it('waits behind one whose time has come', async () => {
      const device = await addDevice(opened());
      const first = await inLane(device, { notBefore: new Date('2020-01-01T00:00:00.000Z') });
      const second = await inLane(device);
      expect(await hindranceOf(second)).toEqual({ kind: 'behind', commandId: first.id });
      expect(await hindranceOf(first)).toBeNull();
    });

    it('goes on with what has begun, though the time of an earlier one has come since', async () => {
      const device = await addDevice(opened());
      const earlier = await inLane(device, { notBefore: farAway });
      const begun = await inLane(device);
      const third = await inLane(device);
      await begin(begun);
      await change(begun, { state: 'queued', claim: null });
      await change(earlier, { notBefore: null });
      expect(await hindranceOf(third)).toEqual({ kind: 'behind', commandId: begun.id });
      expect(await hindranceOf(begun)).toBeNull();
      expect(await hindranceOf(earlier)).toEqual({ kind: 'behind', commandId: begun.id });
      expect(await begin(earlier)).toBe('hindered');
      expect(await begin(begun)).toBe('claimed');
    });

    it('does not wait behind one that has ended by its time and is only not written down', async () => {
      const device = await addDevice(opened());
      await inLane(device, { expiresAt: new Date('2020-01-01T00:00:00.000Z') });
      const second = await inLane(device);
      expect(await hindranceOf(second)).toBeNull();
      expect(await begin(second)).toBe('claimed');
    });

    it('keeps lanes and devices apart', async () => {
      const [one, other] = [await addDevice(opened()), await addDevice(opened())];
      await begin(await inLane(one));
      expect(await begin(await inLane(one, { lane: 'net' }))).toBe('claimed');
      expect(await begin(await inLane(one, { lane: null }))).toBe('claimed');
      expect(await begin(await inLane(other))).toBe('claimed');
    });

    it('lets one of two begin that are free at the same time', async () => {
      const record = opened();
      const device = await addDevice(record);
      for (let round = 0; round < 5; round += 1) {
        const lane = `race-${String(round)}`;
        const soon = await inLane(device, { lane, notBefore: farAway });
        const now = await inLane(device, { lane });
        // The first one's time comes while two gateways claim.
        const [, ...answers] = await Promise.all([
          change(soon, { notBefore: null }),
          begin(soon, record.peer),
          begin(now),
          begin(soon, record.peer),
        ]);
        const begun = [await find(record, soon), await find(record, now)].filter(
          ({ attempt }) => attempt > 0,
        );
        expect(begun).toHaveLength(answers.includes('claimed') ? 1 : 0);
        for (const command of begun) await end(command);
      }
    });

    it('tells who may begin when one has ended', async () => {
      const record = opened();
      const device = await addDevice(record);
      const first = await inLane(device);
      const second = await inLane(device);
      await inLane(device);
      const next = async () => (await record.deadlines.next(first, 10)).map(({ command }) => command.id);
      expect(await next()).toEqual([first.id]);
      await begin(first);
      expect(await next()).toEqual([]);
      await end(first);
      await inLane(device, { lane: 'net' });
      await inLane(await addDevice(record));
      expect(await next()).toEqual([second.id]);
      expect((await record.deadlines.undispatched(0, 1_000)).map(({ command }) => command.id)).toContain(
        first.id,
      );
    });
  });

  describe('with a dedupe key', () => {
    it('never lets two begin, and finds those with the key', async () => {
      const record = opened();
      const device = await addDevice(record);
      const keyed = () => addCommand(record, newCommand(device, { dedupeKey: 'restart' }));
      const first = await keyed();
      expect(await begin(first)).toBe('claimed');
      const second = await keyed();
      expect(await hindranceOf(second)).toEqual({ kind: 'behind', commandId: first.id });
      expect(await begin(second)).toBe('hindered');
      await addCommand(record, newCommand(device, { dedupeKey: 'reboot' }));
      await addCommand(record, newCommand(await addDevice(record), { dedupeKey: 'restart' }));
      const locked = await record.unitOfWork.run(({ commands }) =>
        commands.lockOpen({ deviceId: device.id, dedupeKey: 'restart' }),
      );
      expect(locked.map(({ id }) => id)).toEqual([first.id, second.id]);
      const next = async () => (await record.deadlines.next(first, 10)).map(({ command }) => command.id);
      expect(await next()).toEqual([]);
      await end(first);
      expect(await next()).toEqual([second.id]);
      expect(await begin(second)).toBe('claimed');
    });
  });

  describe('with a paused queue', () => {
    const pause = (device: Device, since: Date | null) =>
      opened().unitOfWork.run(({ devices }) =>
        devices.save({ ...device, queuePause: since === null ? null : { since, reason: 'Stock-taking' } }),
      );

    it('lets nothing begin, and lets go on what has begun', async () => {
      const device = await addDevice(opened());
      const running = await addCommand(opened(), newCommand(device));
      const waiting = await addCommand(opened(), newCommand(device));
      await begin(running);
      await pause(device, new Date());
      expect(await hindranceOf(waiting)).toEqual({ kind: 'queue_paused' });
      expect(await hindranceOf(running)).toBeNull();
      expect(await begin(waiting)).toBe('hindered');
      expect(await begin(running)).toBe('replayed');
      await pause(device, null);
      expect(await begin(waiting)).toBe('claimed');
    });

    it('tells nobody of a lane that may begin', async () => {
      const device = await addDevice(opened());
      const waiting = await inLane(device);
      const next = async () => (await opened().deadlines.next(waiting, 10)).map(({ command }) => command.id);
      await pause(device, new Date());
      expect(await next()).toEqual([]);
      await pause(device, null);
      expect(await next()).toEqual([waiting.id]);
    });

    it('holds back also what lapsed and is only not written down as waiting again', async () => {
      const device = await addDevice(opened());
      const command = await addCommand(opened(), newCommand(device));
      await begin(command);
      const { claim: held } = await find(opened(), command);
      if (held === null) throw new Error('it was not claimed');
      await change(command, { claim: { ...held, leaseUntil: held.claimedAt } });
      expect(await hindranceOf(command)).toBeNull();
      await pause(device, new Date());
      expect(await hindranceOf(command)).toEqual({ kind: 'queue_paused' });
    });

    it('refuses a claim that was judged before the pause was committed', async () => {
      const record = opened();
      const device = await addDevice(record);
      const command = await addCommand(record, newCommand(device));
      const { answered } = await record.unitOfWork.run(async ({ devices, now }) => {
        const locked = await devices.lock(device.id);
        if (locked === null) throw new Error('the device is gone');
        let judged = false;
        const answered = record.peer.ledger.change(
          command.id,
          { deviceId: device.id },
          (stored, at, hindrance) => {
            judged = true;
            const asked = { attemptId: 'a', leaseMs: null, nonce: 'n' };
            const answer = claim(stored, asked, at, hindrance);
            if (answer.kind !== 'claimed') return { outcome: answer.kind };
            return { outcome: answer.kind, save: { command: answer.command, entries: [] } };
          },
          { deviceId: device.id, tokenGeneration: 1 },
        );
        await eventually(() => judged);
        await devices.save({ ...locked, queuePause: { since: now, reason: null } });
        return { answered };
      });
      expect(await answered).toEqual({ kind: 'decided', outcome: 'hindered' });
      expect((await find(record, command)).attempt).toBe(0);
    });

    it('can be told that the store has to hear of all that waits', async () => {
      const record = opened();
      const device = await addDevice(record);
      const [command, claimed] = [
        await addCommand(record, newCommand(device)),
        await addCommand(record, newCommand(device)),
      ];
      const elsewhere = await addCommand(record, newCommand(await addDevice(record)));
      await begin(claimed);
      await record.deadlines.markDispatched([
        command,
        elsewhere,
        { id: claimed.id, version: claimed.version + 1 },
      ]);
      await record.advance(600_000);
      await record.unitOfWork.run(({ commands }) => commands.forgetPlaces(device.id));
      const unknown = async (ageMs: number) =>
        (await record.deadlines.undispatched(ageMs, 1_000)).map(({ command: { id } }) => id);
      const all = await unknown(0);
      expect(all).toContain(command.id);
      expect(all.filter((id) => [claimed.id, elsewhere.id].includes(id))).toEqual([]);
      // Whoever told it so is about to place them; they are interrupted only if that takes too long.
      expect(await unknown(60_000)).not.toContain(command.id);
      const open = await record.deadlines.openOf(device.id, null, 10);
      expect(open.map(({ command: { id } }) => id).toSorted()).toEqual([command.id, claimed.id].toSorted());
    });
  });
}
