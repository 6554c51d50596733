import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_LEDGER, WAKE_UPS } from '../../../src/composition/tokens.js';
import type { ApiClient, ClaimedJson, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';

const leaseMs = 60_000;

describe.each(['memory', 'Redis'])('a device that hangs up on its poll, with dispatch in %s', (where) => {
  let redis: RedisServer | null = null;
  let opened: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;
  let token: string;
  /** Seats that were taken and not given back. */
  let seats = 0;
  /** Happen once each, on both sides of the record's word on a claim. */
  let beforeConfirm: (() => Promise<void>) | null = null;
  let afterConfirm: (() => Promise<void>) | null = null;

  beforeAll(async () => {
    if (where === 'Redis') redis = await startRedisServer();
    opened = await openGateway({
      environment: redis === null ? {} : { REDIS_URL: redis.url },
      override: (container) => {
        const wakeUps = use(container, WAKE_UPS);
        provide(container, WAKE_UPS, () => ({
          wake: (deviceId) => wakeUps.wake(deviceId),
          take: async (deviceId) => {
            const seat = await wakeUps.take(deviceId);
            let taken = true;
            seats += 1;
            return {
              wait: (ms, cancellation) => seat.wait(ms, cancellation),
              leave: () => {
                if (taken) seats -= 1;
                taken = false;
                seat.leave();
              },
            };
          },
        }));
        const ledger = use(container, COMMAND_LEDGER);
        provide(
          container,
          COMMAND_LEDGER,
          () =>
            ({
              change: async (...call: Parameters<typeof ledger.change>) => {
                const [before, after] = [beforeConfirm, afterConfirm];
                beforeConfirm = afterConfirm = null;
                await before?.();
                const answer = await ledger.change(...call);
                await after?.();
                return answer;
              },
            }) as typeof ledger,
        );
      },
    });
    admin = await signIn(opened.url);
  });
  beforeEach(async () => {
    device = await newDevice(admin);
    const credentials = { deviceId: device.id, deviceSecret: device.secret };
    ({
      body: { token },
    } = await admin.post<{ token: string }>('/api/v1/device/auth', credentials));
  });
  afterEach(async () => {
    await eventually(() => seats === 0);
  });
  afterAll(async () => {
    await opened.close();
    await redis?.remove();
  });

  /** A poll on a connection of its own, which the caller may cut. */
  async function poll(attemptId: string, waitMs = 20_000): Promise<Socket> {
    const { hostname, port } = new URL(opened.url);
    const body = JSON.stringify({ attemptId, waitMs, visibilityTimeoutMs: leaseMs });
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const head = [
      'POST /api/v1/device/commands/claim HTTP/1.1',
      `host: ${hostname}`,
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      `content-length: ${String(body.length)}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    return socket;
  }

  async function parked(attemptId: string): Promise<Socket> {
    const before = seats;
    const socket = await poll(attemptId);
    await eventually(() => seats === before + 1, { withinMs: 15_000 });
    return socket;
  }

  const repeated = (attemptId: string): Promise<readonly ClaimedJson[]> =>
    claim(device.api, { attemptId, visibilityTimeoutMs: leaseMs });
  const words = (commands: readonly ClaimedJson[]) =>
    commands.map(({ id, attempt, claimToken }) => [id, attempt, claimToken]);

  it('claims nothing when it was gone before anything came', async () => {
    (await parked('gone')).destroy();
    await eventually(() => seats === 0);
    const id = await propose(admin, device.id);
    expect(await stateOf(admin, id)).toBe('queued');
    expect(await claim(device.api, { attemptId: 'next' })).toMatchObject([{ id, attempt: 1 }]);
  });

  it.each([
    ['just before the record confirms the claim', 'before'],
    ['just after the record confirmed the claim', 'after'],
  ])('gets by repetition what it claimed, when it was cut off %s', async (_, when) => {
    const socket = await parked('cut-off');
    const happened = new Promise<void>((resolve) => {
      const cut = async (): Promise<void> => {
        socket.destroy();
        await once(socket, 'close');
        resolve();
      };
      if (when === 'before') beforeConfirm = cut;
      else afterConfirm = cut;
    });
    const id = await propose(admin, device.id);
    await happened;
    await eventually(async () => (await stateOf(admin, id)) === 'claimed');

    expect(await claim(device.api, { attemptId: 'another' })).toEqual([]);
    const first = await repeated('cut-off');
    expect(first).toMatchObject([{ id, attempt: 1 }]);
    expect(words(await repeated('cut-off'))).toEqual(words(first));
    expect(await claim(device.api, { attemptId: 'yet-another' })).toEqual([]);
  });

  it('leaves to others, when the lease is over, what it never asks for again', async () => {
    const id = await propose(admin, device.id);
    afterConfirm = () => Promise.reject(new Error('The answer is lost.'));
    const lost = claim(device.api, { attemptId: 'lost', visibilityTimeoutMs: 1_000 });
    await expect(lost).rejects.toThrow();
    const [next] = await claim(device.api, { attemptId: 'next', waitMs: 20_000 });
    expect(next).toMatchObject({ id, attempt: 2 });
  });

  it('gets everything once, in whichever moment it hangs up', async () => {
    for (let n = 0; n < 24; n += 1) {
      const attemptId = `moment-${String(n)}`;
      const socket = await parked(attemptId);
      const proposed = propose(admin, device.id);
      // From before the proposal arrives until after the answer was sent: each time one turn later.
      for (let turn = 0; turn < n; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
      const id = await proposed;
      await eventually(() => seats === 0);
      const got = await repeated(attemptId);
      expect(got).toMatchObject([{ id, attempt: 1 }]);
      expect(await claim(device.api, { attemptId: `${attemptId}-other` })).toEqual([]);
      const [command] = got;
      const report = { claimToken: command?.claimToken, status: 'succeeded' };
      expect((await device.api.post(`/api/v1/device/commands/${id}/result`, report)).status).toBe(200);
    }
  });

  it('leaves no seat behind, however many polls are cut off', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, (_, n) => poll(`many-${String(n)}`)));
    await eventually(() => seats === 50, { withinMs: 15_000 });
    for (const socket of sockets) socket.destroy();
    await eventually(() => seats === 0);
  });
});
