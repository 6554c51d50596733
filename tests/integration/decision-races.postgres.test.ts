import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SweepDueCommands } from '../../src/application/dispatch/sweep-due-commands.js';
import { provide, use } from '../../src/composition/provide.js';
import * as port from '../../src/composition/tokens.js';
import { openSettableDatabase } from '../model/settable-database.js';
import type { Json, TestDevice } from '../support/api-client.js';
import { activityOf } from '../support/http/activity-of.js';
import type { TwoGateways } from '../support/http/two-gateways.js';
import { openTwoGateways } from '../support/http/two-gateways.js';
import { codes, path, race, rounds, rule, Shop } from './voting-shop.js';

/** On a machine that is busy with something else, too. */
jest.setTimeout(180_000);

describe('of two who act on a waiting command at once', () => {
  let gateways: TwoGateways;
  let one: Shop;
  let two: Shop;
  let device: TestDevice;

  beforeAll(async () => {
    gateways = await openTwoGateways();
    [one, two] = [await Shop.open(gateways, 1), await Shop.open(gateways, 2)];
    device = await one.device();
  });
  afterAll(() => gateways.close());

  it('one has their way when they vote against each other', async () => {
    const winners = new Set<unknown>();
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await one.waiting(device);
      const [yes, no] = await race(
        round,
        () => one.vote('ben', waiting, true),
        () => one.vote('eva', waiting, false),
      );
      expect(codes([yes, no]).map(String).sort()).toEqual(['200', 'already_decided']);
      const approved = yes.status === 200;
      const { state, approval } = await one.read(waiting.id);
      expect(state).toBe(approved ? 'queued' : 'rejected');
      expect(approval).toMatchObject({ decisions: [{ approved }] });
      expect(await one.told(waiting.id)).toEqual([
        'command.decided',
        approved ? 'command.approved' : 'command.rejected',
      ]);
      winners.add(state);
      await one.ann.post(`${path}/commands/${waiting.id}/cancel`);
    }
    process.stdout.write(`opposite votes: ${[...winners].join(', ')} won\n`);
  });

  it('one decides when both approve and one is enough', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await one.waiting(device);
      const answers = await race(
        round,
        () => one.vote('ben', waiting, true),
        () => one.vote('eva', waiting, true),
      );
      expect(codes(answers).map(String).sort()).toEqual(['200', 'already_decided']);
      expect((await one.read(waiting.id))['approval']).toMatchObject({ decisions: [{ approved: true }] });
      expect(await one.told(waiting.id)).toEqual(['command.decided', 'command.approved']);
      await one.ann.post(`${path}/commands/${waiting.id}/cancel`);
    }
  });

  it('both count when both are needed, and one of them completes the quorum', async () => {
    const shared = await two.device();
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await two.waiting(shared);
      const answers = await race(
        round,
        () => two.vote('ben', waiting, true),
        () => two.vote('eva', waiting, true),
      );
      expect(codes(answers)).toEqual([200, 200]);
      expect(answers.map(({ body }) => String(body['state'])).sort()).toEqual([
        'awaiting_approval',
        'queued',
      ]);
      expect(await two.told(waiting.id)).toEqual(['command.decided', 'command.decided', 'command.approved']);
      await two.ann.post(`${path}/commands/${waiting.id}/cancel`);
    }
  });

  it('a vote that is sent twice counts once, and both are told so', async () => {
    const shared = await two.device();
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await two.waiting(shared);
      const again = () => two.vote('ben', waiting, true);
      const answers = await Promise.all([again(), again(), again()]);
      expect(codes(answers)).toEqual([200, 200, 200]);
      expect(await two.told(waiting.id)).toEqual(['command.decided']);
      expect(await two.read(waiting.id)).toMatchObject({
        state: 'awaiting_approval',
        approval: { required: 2, decisions: [{ approved: true }] },
      });
      await two.ann.post(`${path}/commands/${waiting.id}/cancel`);
    }
  });

  it.each([true, false])('the end stands when one cancels and the other votes %s', async (approved) => {
    for (let round = 0; round < rounds; round += 1) {
      const waiting = await one.waiting(device);
      const [vote, cancel] = await race(
        round,
        () => one.vote('ben', waiting, approved),
        () => one.ann.at(gateways.there.url).post(`${path}/commands/${waiting.id}/cancel`),
      );
      const { state } = await one.read(waiting.id);
      const told = await one.told(waiting.id);
      if (vote.status !== 200) {
        expect(codes([vote, cancel])).toEqual(['command_finished', 200]);
        expect([state, told]).toEqual(['cancelled', ['command.cancelled']]);
      } else if (approved) {
        expect([cancel.status, state]).toEqual([200, 'cancelled']);
        expect(told).toEqual(['command.decided', 'command.approved', 'command.cancelled']);
      } else {
        expect([cancel.body['code'], state]).toEqual(['command_finished', 'rejected']);
        expect(told).toEqual(['command.decided', 'command.rejected']);
      }
    }
  });

  it.each([true, false])(
    'nothing is left to run when the device is suspended while somebody votes %s',
    async (approved) => {
      const shaky = await one.device();
      for (let round = 0; round < rounds; round += 1) {
        const waiting = await one.waiting(shaky);
        const [vote, suspended] = await race(
          round,
          () => one.vote('ben', waiting, approved),
          () => one.ann.at(gateways.there.url).post(`${path}/devices/${shaky.id}/suspend`),
        );
        expect(suspended.status).toBe(200);
        const { state, reason } = await one.read(waiting.id);
        const told = await one.told(waiting.id);
        if (vote.status === 200 && !approved) {
          expect([state, told]).toEqual(['rejected', ['command.decided', 'command.rejected']]);
        } else {
          expect([state, reason]).toEqual(['cancelled', 'device_suspended']);
          expect(told.at(-1)).toBe('command.cancelled');
          expect(told.includes('command.approved')).toBe(vote.status === 200);
          if (vote.status !== 200) expect(codes([vote])).toEqual(['command_finished']);
        }
        await one.ann.post(`${path}/devices/${shaky.id}/resume`);
      }
    },
  );

  it.each([true, false])(
    'nothing is left to run when its session is closed while somebody votes %s',
    async (approved) => {
      const visited = await one.device();
      for (let round = 0; round < rounds; round += 1) {
        const { body } = await one.ann.post<{ id: string }>(`${path}/sessions`, {
          deviceId: visited.id,
          type: 'remediation',
        });
        const waiting = await one.waiting(visited, `${path}/sessions/${body.id}/commands`);
        const [vote, closed] = await race(
          round,
          () => one.vote('ben', waiting, approved),
          () => one.ann.at(gateways.there.url).post(`${path}/sessions/${body.id}/close`),
        );
        expect([closed.status, closed.body['status']]).toEqual([200, 'closed']);
        const { state, reason } = await one.read(waiting.id);
        const told = await one.told(waiting.id);
        if (vote.status === 200 && !approved) {
          expect([state, told]).toEqual(['rejected', ['command.decided', 'command.rejected']]);
        } else {
          expect([state, reason]).toEqual(['cancelled', 'session_closed']);
          expect(told.at(-1)).toBe('command.cancelled');
          expect(told.includes('command.approved')).toBe(vote.status === 200);
        }
      }
    },
  );

  it('an approval counts only if its giver had the role until the quorum was there', async () => {
    const shared = await two.device();
    const { ben } = two.people;
    const { here, people } = gateways;
    for (let round = 0; round < rounds; round += 1) {
      await people.give(here, two.customerId, ben, 'approver');
      const waiting = await two.waiting(shared);
      await two.vote('ben', waiting, true);
      const [vote] = await race(
        round,
        () => two.vote('eva', waiting, true),
        () => people.give(here, two.customerId, ben, 'viewer'),
      );
      expect(vote.status).toBe(200);
      const demoted = (await activityOf(here, ben.id)).at(-1);
      const approvals = (await activityOf(here, waiting.id)).filter(
        ({ kind }) => kind === 'command.approved',
      );
      expect(demoted?.data).toEqual({ from: 'approver', role: 'viewer' });
      if (vote.body['state'] === 'queued') {
        expect(approvals).toHaveLength(1);
        expect(approvals[0]?.seq).toBeLessThan(demoted?.seq ?? 0);
      } else {
        expect(approvals).toEqual([]);
        const { body } = await two.ann.get<{ items: Json[] }>(`${path}/approvals`);
        expect(body.items).toMatchObject([{ commandId: waiting.id, required: 2, missing: 1 }]);
        expect(body.items[0]?.['decisions']).toHaveLength(2);
      }
      await two.ann.post(`${path}/commands/${waiting.id}/cancel`);
    }
  });
});

describe('when the window closes while somebody votes', () => {
  it.each([true, false])(
    'either the vote %s counts or nobody decided, and the log says which',
    async (approved) => {
      const database = await openSettableDatabase();
      let nowMs = Date.now();
      const setClock = (to: number): Promise<void> => {
        nowMs = to;
        return database.setClock(to);
      };
      await setClock(nowMs);
      const gateways = await openTwoGateways({
        databaseUrl: database.url,
        override: (container) => {
          provide(container, port.CLOCK, () => ({ now: () => new Date(nowMs) }));
        },
      });
      try {
        const shop = await Shop.open(gateways, 1);
        const device = await shop.device();
        const sweep = () => use(gateways.there.container, SweepDueCommands).sweepRecord();
        for (let round = 0; round < rounds; round += 1) {
          const waiting = await shop.waiting(device);
          const [vote] = await race(
            round,
            () => shop.vote('ben', waiting, approved),
            async () => {
              await setClock(nowMs + rule.windowMs);
              await sweep();
            },
          );
          const { state, reason } = await shop.read(waiting.id);
          if (vote.status === 200) {
            expect(state).toBe(approved ? 'queued' : 'rejected');
          } else {
            expect([vote.status, vote.body['code']]).toEqual([410, 'approval_expired']);
            expect([state, reason]).toEqual(['expired', 'approval_window_over']);
          }
          // Whoever comes later hears the same.
          const late = await shop.vote('eva', waiting, approved);
          expect(late.body['code']).toBe(vote.status === 200 ? 'already_decided' : 'approval_expired');
          await shop.ann.post(`${path}/commands/${waiting.id}/cancel`);
          await sweep();
          const told = await shop.told(waiting.id);
          const decided = told.filter((kind) => kind === 'command.decided').length;
          const expired = told.filter((kind) => kind === 'command.expired').length;
          expect([decided, expired]).toEqual(vote.status === 200 ? [1, 0] : [0, 1]);
        }
      } finally {
        await gateways.close();
        await database.close();
      }
    },
  );
});
