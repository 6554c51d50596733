import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestDevice } from '../../support/api-client.js';
import { ApiClient, newDevice, propose, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';
import type { SocketClient } from '../../support/socket-client.js';
import { connectDevice, finish, pushed, tokenOf } from './device-line.js';

/** Where devices are connected, and where somebody works: the same gateway, or two on one Redis. */
interface Places {
  readonly here: OpenedGateway;
  readonly there: OpenedGateway;
  /** Signed in there. */
  readonly admin: ApiClient;
  /** Who may decide what the admin proposes. */
  readonly approver: ApiClient;
  close(): Promise<void>;
}

async function oneGateway(): Promise<Places> {
  const here = await openGateway({ environment: { RATE_DEVICE_PER_MINUTE: '100000' } });
  const admin = await signIn(here.url);
  return { here, there: here, admin, approver: admin, close: () => here.close() };
}

async function twoGateways(): Promise<Places> {
  const opened = await openTwoGateways();
  const { here, there, people } = opened;
  const { id, admin } = await people.customer(here);
  const approver = await people.member(here, id, 'approver');
  return {
    here,
    there,
    admin: admin.api({}, there),
    approver: approver.api({}, there),
    close: () => opened.close(),
  };
}

describe.each([
  ['one gateway', oneGateway],
  ['two gateways', twoGateways],
])('a connected device, with %s', (name, open) => {
  let places: Places;
  let device: TestDevice;
  let line: SocketClient;

  beforeAll(async () => {
    places = await open();
  });
  beforeEach(async () => {
    device = await newDevice(places.admin);
    line = await connectDevice(places.here.url, device);
  });
  afterEach(async () => {
    await line.close();
  });
  afterAll(async () => {
    await places.close();
  });

  const aDevice = (): string => `/api/v1/customer/devices/${device.id}`;

  /** As on other hardware. */
  async function registerAnew(): Promise<{ readonly status: number }> {
    const code = await places.admin.post<{ activationCode: string }>(`${aDevice()}/activation-code`, {});
    return new ApiClient(places.there.url).post('/api/v1/device/register', {
      deviceId: device.id,
      activationCode: code.body.activationCode,
    });
  }

  it.each([
    ['is suspended', () => places.admin.post(`${aDevice()}/suspend`)],
    ['is retired', () => places.admin.post(`${aDevice()}/retire`)],
    ['is signed out everywhere', () => places.admin.send('DELETE', `${aDevice()}/tokens`)],
    ['is registered anew', registerAnew],
  ])('is closed with 4401 within 5 s when it %s', async (_, happen) => {
    const began = performance.now();
    expect((await happen()).status).toBeLessThan(300);
    expect((await line.ended).code).toBe(4401);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(line.messages.at(-1)).toMatchObject({ type: 'error', problem: { code: 'unauthenticated' } });
  });

  it('is closed with 4401 when the token that it came with is signed out, and not with another one', async () => {
    const token = await tokenOf(places.there.url, device);
    const mine = device.api.at(places.there.url);
    await line.close();
    line = await connectDevice(places.here.url, device, token);
    expect((await mine.send('DELETE', '/api/v1/device/auth')).status).toBe(204);
    expect(await line.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
    await mine.with({ authorization: `Bearer ${token}` }).send('DELETE', '/api/v1/device/auth');
    expect((await line.ended).code).toBe(4401);
  });

  it('gives way with 4409 to its newer connection', async () => {
    const newer = await connectDevice(places.there.url, device);
    expect(await line.ended).toEqual({ code: 4409, reason: 'replaced by a newer connection' });
    expect(await newer.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
    await newer.close();
    // And back, after the newer one has gone.
    line = await connectDevice(places.here.url, device);
    expect(await line.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
  });

  it('gets nothing any more over the connection that gave way', async () => {
    await line.ask({ type: 'ready', capacity: 5 });
    const newer = await connectDevice(places.there.url, device);
    await line.ended;
    const id = await propose(places.admin, device.id);
    await newer.ask({ type: 'ready', capacity: 1 });
    expect((await pushed(newer)).command).toMatchObject({ id, attempt: 1 });
    expect(line.all('command')).toEqual([]);
    await newer.close();
  });

  it('is told at once that somebody wants to stop a command in its hands, and told once', async () => {
    await line.ask({ type: 'ready', capacity: 2 });
    const ids = [await propose(places.admin, device.id), await propose(places.admin, device.id)];
    const first = await pushed(line);
    await pushed(line);
    const [one, two] = ids;
    await places.admin.post(`/api/v1/customer/commands/${String(one)}/cancel`);
    expect(await line.next({ type: 'cancel' }, 2_000)).toEqual({ type: 'cancel', commandId: one });
    await places.admin.post(`/api/v1/customer/commands/${String(two)}/cancel`);
    expect(await line.next({ type: 'cancel' }, 2_000)).toEqual({ type: 'cancel', commandId: two });
    await finish(line, first);
    expect(line.all('cancel')).toHaveLength(2);
  });

  it('is told of it after the greeting, when it was not there', async () => {
    await line.ask({ type: 'ready', capacity: 1 });
    const id = await propose(places.admin, device.id);
    await pushed(line);
    await line.close();
    await places.admin.post(`/api/v1/customer/commands/${id}/cancel`);
    line = await connectDevice(places.here.url, device);
    expect(await line.next({ type: 'cancel' }, 2_000)).toEqual({ type: 'cancel', commandId: id });
    expect(line.messages.map(({ type }) => type)).toEqual(['welcome', 'cancel']);
  });

  it('is pushed at once what is proposed at the other gateway', async () => {
    await line.ask({ type: 'ready', capacity: 1 });
    const id = await propose(places.admin, device.id);
    expect((await pushed(line, 2_000)).command.id).toBe(id);
  });

  it('is pushed at once what is approved at the other gateway', async () => {
    if (name === 'one gateway') return;
    await line.ask({ type: 'ready', capacity: 1 });
    const id = await propose(places.admin, device.id, {
      type: 'restart_service',
      parameters: { service: 'kiosk' },
    });
    const { body } = await places.approver.get<{ approval: { digest: string } }>(
      `/api/v1/customer/commands/${id}`,
    );
    expect(line.all('command')).toEqual([]);
    const vote = await places.approver.post(`/api/v1/customer/approvals/${id}/decision`, {
      approved: true,
      digest: body.approval.digest,
    });
    expect(vote.status).toBe(200);
    expect((await pushed(line, 2_000)).command.id).toBe(id);
  });

  it('is found out when two machines share its identity', async () => {
    const lines: SocketClient[] = [line];
    const warnings = () =>
      [...new Set([...places.here.log, ...places.there.log])].filter(
        ({ level, deviceId }) => level === 40 && deviceId === device.id,
      );
    const token = await tokenOf(places.here.url, device);
    for (let n = 0; n < 8; n += 1) {
      const { url } = n % 2 === 0 ? places.there : places.here;
      lines.push(await connectDevice(url, device, token));
      await lines.at(-2)?.ended;
      if (n === 4) expect(warnings()).toEqual([]);
    }
    await eventually(() => warnings().length === 1);
    await lines.at(-1)?.close();
  });
});
