import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { DISPATCH_QUEUE } from '../../../src/composition/tokens.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { SocketClient } from '../../support/socket-client.js';
import { allPushed, connectDevice, finish, pushed, tokenOf } from './device-line.js';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let line: SocketClient;
/** So many takes fail. */
let failures = 0;
let takes = 0;

beforeAll(async () => {
  opened = await openGateway({
    environment: { RATE_DEVICE_PER_MINUTE: '100000', RATE_SIGN_IN_PER_ADDRESS: '100000' },
    override: (container) => {
      const queue = use(container, DISPATCH_QUEUE);
      provide(container, DISPATCH_QUEUE, () => ({
        place: (placements) => queue.place(placements),
        take: (...asked) => {
          takes += 1;
          if (failures === 0) return queue.take(...asked);
          failures -= 1;
          return Promise.reject(generalFaults.dependency_unavailable());
        },
        takeDue: (limit, retryMs) => queue.takeDue(limit, retryMs),
        depth: (deviceId) => queue.depth(deviceId),
        inEpoch: (epoch) => queue.inEpoch(epoch),
        beginRebuild: (mark) => queue.beginRebuild(mark),
        beginEpoch: (epoch, mark) => queue.beginEpoch(epoch, mark),
      }));
    },
  });
  admin = await signIn(opened.url);
});
beforeEach(async () => {
  device = await newDevice(admin);
  line = await connectDevice(opened.url, device);
});
afterEach(async () => {
  failures = 0;
  await line.close();
});
afterAll(async () => {
  await opened.close();
});

const ready = (capacity: number, more: object = {}) => line.ask({ type: 'ready', capacity, ...more });
async function proposeMany(count: number, body: object = {}): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await propose(admin, device.id, body));
  return ids;
}
/** So many have come, and no more come although there are more. */
async function settledAt(count: number): Promise<void> {
  await eventually(() => allPushed(line).length === count);
  await line.ask({ type: 'heartbeat', status: 'ok' });
  expect(allPushed(line)).toHaveLength(count);
}

describe('a device that is ready', () => {
  it('gets what waits, in order, within its capacity, and again as that frees', async () => {
    const ids = await proposeMany(4);
    expect(await ready(2)).toMatchObject({ type: 'ready.ok', capacity: 2 });
    const [first, second] = [await pushed(line), await pushed(line)];
    expect([first, second].map(({ command }) => command.id)).toEqual(ids.slice(0, 2));
    expect(first.command).toMatchObject({
      attempt: 1,
      visibleForMs: expect.any(Number),
      cancelRequested: false,
    });
    await settledAt(2);
    expect(await finish(line, first)).toMatchObject({ type: 'result.ok', state: 'succeeded', late: false });
    const third = await pushed(line);
    expect(third.command.id).toBe(ids[2]);
    await line.ask({
      type: 'release',
      commandId: second.command.id,
      claimToken: second.command.claimToken,
      delayMs: 60_000,
    });
    expect((await pushed(line)).command.id).toBe(ids[3]);
    await settledAt(4);
  });

  it('gets what is proposed later, at once', async () => {
    await ready(1);
    const id = await propose(admin, device.id);
    expect((await pushed(line, 2_000)).command.id).toBe(id);
  });

  it('gets more than ten with one `ready`, under attempts that count up', async () => {
    const ids = await proposeMany(12);
    await ready(100, { attemptId: 'mine' });
    await eventually(() => allPushed(line).length === 12);
    expect(allPushed(line).map(({ command }) => command.id)).toEqual(ids);
    const attempts = [...new Set(allPushed(line).map(({ attemptId }) => attemptId))];
    expect(attempts).toEqual(['mine', 'mine:1']);
  });

  it('is made a name for its claims when it has none', async () => {
    const [first, second] = await proposeMany(2);
    await ready(1);
    const one = await pushed(line);
    await finish(line, one);
    const two = await pushed(line);
    expect([one.command.id, two.command.id]).toEqual([first, second]);
    expect(one.attemptId).toMatch(/^.+:1$/);
    expect(two.attemptId).toBe(one.attemptId.replace(/1$/, '2'));
  });

  it('gets nothing more with a capacity of none, and less with a lower one', async () => {
    await ready(0);
    const ids = await proposeMany(4);
    await settledAt(0);
    await ready(2);
    await settledAt(2);
    await ready(1);
    const [first, second] = [await pushed(line), await pushed(line)];
    await finish(line, first);
    await settledAt(2);
    await finish(line, second);
    await settledAt(3);
    await ready(0);
    await finish(line, await pushed(line));
    await settledAt(3);
    expect(await stateOf(admin, ids[3] ?? '')).toBe('queued');
    expect(await claim(device.api)).toHaveLength(1);
  });

  it('is served by one loop, however often it says so', async () => {
    takes = 0;
    await Promise.all(Array.from({ length: 10 }, () => ready(1)));
    const [id] = await proposeMany(1);
    expect((await pushed(line)).command.id).toBe(id);
    await proposeMany(1);
    await settledAt(1);
    expect(takes).toBeLessThan(30);
  });

  it('has room again when a lease runs out, and gets the command anew', async () => {
    const id = await propose(admin, device.id, { visibilityTimeoutMs: 1_000 });
    await ready(1);
    const first = await pushed(line);
    const second = await pushed(line);
    expect([first.command, second.command]).toMatchObject([
      { id, attempt: 1 },
      { id, attempt: 2 },
    ]);
    // The word of the former claim says nothing about the later one.
    expect(await finish(line, first)).toMatchObject({ type: 'error', problem: { code: 'claim_superseded' } });
    expect(await finish(line, second)).toMatchObject({ type: 'result.ok' });
  });

  it('has no room as long as it keeps a claim', async () => {
    const id = await propose(admin, device.id, { visibilityTimeoutMs: 2_000 });
    await ready(1);
    const { command } = await pushed(line);
    const extension = { type: 'extend', commandId: id, claimToken: command.claimToken, extensionMs: 60_000 };
    expect(await line.ask(extension)).toMatchObject({ type: 'extended', visibleForMs: 60_000 });
    await propose(admin, device.id);
    // Past the first lease.
    const past = performance.now() + 2_500;
    await eventually(() => performance.now() > past);
    await settledAt(1);
    await finish(line, { command, attemptId: '' });
    await settledAt(2);
  });

  it('has room again as soon as it hears that a claim is over', async () => {
    const id = await propose(admin, device.id);
    await ready(1);
    const first = await pushed(line);
    const report = { claimToken: first.command.claimToken, status: 'failed' };
    await device.api.post(`/api/v1/device/commands/${id}/result`, report);
    const next = await propose(admin, device.id);
    expect(await finish(line, first)).toMatchObject({ problem: { code: 'result_conflict' } });
    expect((await pushed(line)).command.id).toBe(next);
  });

  it('has room again with its next word, when it gave the result over HTTP', async () => {
    const [first = '', second = '', third] = await proposeMany(3);
    await ready(2);
    const [one] = [await pushed(line), await pushed(line)];
    const report = { claimToken: one.command.claimToken, status: 'failed' };
    await device.api.post(`/api/v1/device/commands/${first}/result`, report);
    await line.ask({ type: 'heartbeat', status: 'ok', claimed: [second] });
    expect((await pushed(line)).command.id).toBe(third);
    await proposeMany(1);
    await settledAt(3);
  });

  it('gets on when what it needs was away for a while', async () => {
    failures = 3;
    await ready(1);
    await eventually(() => failures === 0);
    const id = await propose(admin, device.id);
    expect((await pushed(line)).command.id).toBe(id);
  });
});

describe('a device that is not signed in any more', () => {
  it('is closed with 4401 by the push itself', async () => {
    const token = await tokenOf(opened.url, device);
    const other = await connectDevice(opened.url, device, token);
    await other.ask({ type: 'ready', capacity: 1 });
    await admin.send('DELETE', `/api/v1/customer/devices/${device.id}/tokens`);
    await propose(admin, device.id);
    expect((await other.ended).code).toBe(4401);
    expect(other.all('command')).toEqual([]);
    expect(other.all('error')).toMatchObject([{ problem: { code: 'unauthenticated', status: 401 } }]);
  });
});
