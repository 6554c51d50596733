import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { StandingGrant } from '../../src/domain/approval/standing-grant.js';
import type { Command } from '../../src/domain/command/command.js';
import type { Decision } from '../../src/domain/approval/approval.js';
import {
  addCommand,
  addCustomer,
  addDevice,
  approvalOf,
  newCommand,
  newId,
  proposed,
} from './record-seeds.js';
import type { OpenRecord, RecordAdapters, RecordUnderTest } from './record-under-test.js';

const farAway = new Date('2099-01-01T00:00:00.000Z');

const standing = (customerId: string, given: Partial<StandingGrant> = {}): StandingGrant => ({
  id: newId(),
  customerId,
  type: 'ping',
  typeVersion: 1,
  risk: 'read',
  parameters: { host: 'router.example' },
  devices: { label: 'lab' },
  reason: 'It is only the lab.',
  maxUses: 5,
  uses: 0,
  state: 'active',
  requestedBy: { kind: 'member', id: 'f1e2', name: 'Robin' },
  createdAt: new Date('2026-03-01T08:00:00.123Z'),
  expiresAt: farAway,
  revokedAt: null,
  policyVersion: 1,
  approval: approvalOf(1),
  ...given,
});

/** Grants by which no `ping` of this customer may run. */
const useless = (customerId: string, otherCustomerId: string): readonly StandingGrant[] => [
  standing(customerId, { state: 'revoked', revokedAt: farAway }),
  standing(customerId, { state: 'awaiting_approval' }),
  standing(customerId, { uses: 5 }),
  standing(customerId, { expiresAt: new Date('2020-01-01T00:00:00.000Z') }),
  standing(customerId, { type: 'traceroute' }),
  standing(otherCustomerId),
];

export function describeStandingGrantsContract(name: string, open: OpenRecord): void {
  describe(`standing grants: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const add = (grant: StandingGrant): Promise<boolean> =>
      record.unitOfWork.run(({ standingGrants }) => standingGrants.add(grant));

    it('are read as they were added, by every gateway and for their customer alone', async () => {
      const customerId = await addCustomer(record);
      const [one, other] = [
        standing(customerId),
        standing(customerId, { parameters: null, devices: { ids: ['till-7'] }, state: 'awaiting_approval' }),
      ];
      expect([await add(one), await add(other)]).toEqual([true, true]);
      expect(await record.peer.standingGrants.find(customerId, one.id)).toEqual(one);
      expect(await record.standingGrants.find(customerId, other.id)).toEqual(other);
      expect(await record.standingGrants.find(await addCustomer(record), one.id)).toBeNull();
      expect(await record.standingGrants.find(customerId, 'no-id')).toBeNull();
      expect(await add({ ...one, reason: 'Something else.' })).toBe(false);
      expect(await record.standingGrants.find(customerId, one.id)).toEqual(one);
    });

    it('are listed newest first, page by page', async () => {
      const customerId = await addCustomer(record);
      const grants = [standing(customerId), standing(customerId), standing(customerId)];
      for (const grant of grants) await add(grant);
      const first = await record.standingGrants.list(customerId, { limit: 2, cursor: null });
      expect(first.items.map(({ id }) => id)).toEqual([grants[2]?.id, grants[1]?.id]);
      const second = await record.standingGrants.list(customerId, { limit: 2, cursor: first.nextCursor });
      expect([second.items, second.nextCursor]).toEqual([[grants[0]], null]);
      const foreign = record.standingGrants.list(customerId, { limit: 2, cursor: 'x' });
      await expect(foreign).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('are locked for use while they have uses and time left, the oldest first', async () => {
      const customerId = await addCustomer(record);
      const usable = [standing(customerId), standing(customerId)];
      for (const grant of [...useless(customerId, await addCustomer(record)), ...usable]) await add(grant);
      const locked = await record.unitOfWork.run(({ standingGrants }) =>
        standingGrants.lockActive(customerId, 'ping'),
      );
      expect(locked).toEqual(usable);
    });

    it('are never used more often than they may, however many use them at once', async () => {
      const customerId = await addCustomer(record);
      const grant = standing(customerId);
      await add(grant);
      const use = (by: RecordAdapters): Promise<boolean> =>
        by.unitOfWork.run(async ({ standingGrants }) => {
          const [found] = await standingGrants.lockActive(customerId, 'ping');
          if (found === undefined) return false;
          await standingGrants.save({ ...found, uses: found.uses + 1 });
          return true;
        });
      const used = await Promise.all(
        Array.from({ length: 20 }, (_, n) => use(n % 2 === 0 ? record : record.peer)),
      );
      expect(used.filter(Boolean)).toHaveLength(grant.maxUses);
      expect((await record.standingGrants.find(customerId, grant.id))?.uses).toBe(grant.maxUses);
    });

    it('are changed by one after the other, and for their customer alone', async () => {
      const customerId = await addCustomer(record);
      const grant = standing(customerId, { maxUses: 100 });
      await add(grant);
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? record : record.peer).unitOfWork.run(async ({ standingGrants }) => {
            const locked = await standingGrants.lock(customerId, grant.id);
            if (locked === null) throw new Error('the grant is gone');
            await standingGrants.save({ ...locked, uses: locked.uses + 1 });
          }),
        ),
      );
      const other = await addCustomer(record);
      const astray = record.unitOfWork.run(({ standingGrants }) =>
        standingGrants.save({ ...grant, customerId: other, uses: 50 }),
      );
      await expect(astray).rejects.toThrow('saved before it was added');
      expect((await record.standingGrants.find(customerId, grant.id))?.uses).toBe(20);
    });

    it('are found by who approved them, while something that runs by them has not ended', async () => {
      const device = await addDevice(record);
      const { customerId } = device;
      const kim = newId();
      const vote = (id: string, approved: boolean) => ({
        by: { id, name: 'Kim' },
        approved,
        reason: null,
        at: '2026-05-06T07:08:09.123Z',
      });
      const voted = (...decisions: readonly Decision[]) =>
        standing(customerId, {
          // What a command may say, people may have approved beforehand as well.
          approval: { ...approvalOf(1), envelope: { parameters: { text: '\0 \ud800' } }, decisions },
        });
      const [approved, revoked] = [
        voted(vote(kim, true)),
        { ...voted(vote(kim, true)), state: 'revoked' as const },
      ];
      const others = [voted(vote(kim, false)), voted(vote(newId(), true)), voted()];
      const unused = voted(vote(kim, true));
      for (const grant of [approved, revoked, ...others, unused]) await add(grant);
      const under: Command[] = [];
      for (const { id } of [approved, approved, revoked, ...others]) {
        under.push(
          await addCommand(record, newCommand(device, { allowedBy: { kind: 'standing_grant', id } })),
        );
      }
      const restingOn = (of: string, userId: string) =>
        record.unitOfWork.run(({ standingGrants }) => standingGrants.restingOn(of, userId));
      expect(await restingOn(customerId, kim)).toEqual([approved, revoked]);
      expect(await restingOn(customerId, newId())).toEqual([]);
      expect(await restingOn(await addCustomer(record), kim)).toEqual([]);
      await record.unitOfWork.run(async ({ commands, now }) => {
        for (const { id } of under) {
          const command = await commands.lock(customerId, id);
          if (command === null) throw new Error('the command is gone');
          await commands.save({ ...command, state: 'cancelled', finishedAt: now });
        }
      });
      expect(await restingOn(customerId, kim)).toEqual([]);
    });

    it('are due for a proposal that would wait and has not considered them', async () => {
      const device = await addDevice(record);
      const kindOf = async (given: object) => {
        const command = newCommand(device, { approval: approvalOf(1), ...given });
        return (await record.proposals.propose(command, proposed(command))).kind;
      };
      for (const grant of useless(device.customerId, await addCustomer(record))) await add(grant);
      expect(await kindOf({})).toBe('accepted');
      await add(standing(device.customerId));
      expect(await kindOf({})).toBe('standing_grant_due');
      expect(await kindOf({ standingConsidered: true })).toBe('accepted');
      expect(await kindOf({ approval: null })).toBe('accepted');
    });
  });
}
