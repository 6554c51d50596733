import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveBus } from '../../../src/application/ports/live-bus.js';
import { provide } from '../../../src/composition/provide.js';
import { LIVE_BUS } from '../../../src/composition/tokens.js';
import type { ApiClient } from '../../support/api-client.js';
import { newDevice, propose, signIn } from '../../support/api-client.js';
import { codeAt } from '../../support/authenticator-app.js';
import { eventually } from '../../support/eventually.js';
import { testAdmin } from '../../support/gateway-process.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';
import type { SocketClient } from '../../support/socket-client.js';
import { codeOf, CustomerSocket } from '../../support/ws/customer-socket.js';

/** A connection has to be gone so soon after what it rests on. */
const withinMs = 5_000;
/** Nobody tells anybody anything. */
const deafBus: LiveBus = { tell: () => Promise.resolve(), listen: () => () => undefined };

const endOf = async (socket: SocketClient): Promise<number> => {
  const since = performance.now();
  const { code } = await socket.ended;
  expect(performance.now() - since).toBeLessThan(withinMs);
  return code;
};

const api = '/api/v1/customer';

describe.each([
  ['with signals', undefined],
  ['while all signals are lost', deafBus],
])('whoever may not look any more, %s,', (_how, bus) => {
  let gateways: TwoGateways;
  let customer: Awaited<ReturnType<TwoGateways['people']['customer']>>;
  let admin: ApiClient;

  beforeAll(async () => {
    gateways = await openTwoGateways({
      override: (container) => {
        if (bus !== undefined) provide(container, LIVE_BUS, () => bus);
      },
    });
    customer = await gateways.people.customer(gateways.here);
    admin = customer.admin.api();
  });
  afterAll(() => gateways.close());

  it('is sent away when they are removed, and nobody else is', async () => {
    const viewer = await gateways.people.member(gateways.here, customer.id, 'viewer');
    const socket = await CustomerSocket.met(viewer.api(), gateways.there.url);
    const bystander = await CustomerSocket.met(admin, gateways.there.url);
    expect((await admin.send('DELETE', `${api}/members/${viewer.id}`)).status).toBe(204);
    expect(await endOf(socket)).toBe(4403);
    expect(bystander.socket.readyState).toBe(bystander.socket.OPEN);
    await bystander.close();
  });

  it('is sent away when their key is revoked', async () => {
    const { body } = await admin.post(`${api}/api-keys`, { name: 'Watcher', role: 'viewer' });
    const headers = { authorization: `Bearer ${String(body['key'])}` };
    const socket = await CustomerSocket.strange(gateways.there.url, headers);
    await socket.next({ type: 'welcome' });
    expect((await admin.send('DELETE', `${api}/api-keys/${String(body['id'])}`)).status).toBe(204);
    expect(await endOf(socket)).toBe(4401);
  });

  it('stays when they may do less, and is refused what they may do no longer', async () => {
    const person = await gateways.people.member(gateways.here, customer.id, 'operator');
    const device = await newDevice(admin);
    const socket = await CustomerSocket.met(person.api(), gateways.there.url);
    await socket.ask({ type: 'subscribe', topics: ['activity'] });
    const propose = {
      type: 'propose',
      deviceId: device.id,
      command: { type: 'system_info', parameters: {} },
    };
    expect(await socket.ask(propose)).toMatchObject({ type: 'proposed' });
    await admin.send('PATCH', `${api}/members/${person.id}`, { role: 'viewer' });
    expect(codeOf(await socket.ask(propose))).toBe('forbidden');
    await socket.event(({ kind }) => kind === 'member.role_changed');
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    await socket.close();
  });

  it('is sent away when the token runs out', async () => {
    const since = performance.now();
    const socket = await CustomerSocket.met(customer.admin.api({ livesS: 3 }), gateways.there.url);
    await socket.ask({ type: 'subscribe', topics: ['activity'] });
    const { code } = await socket.ended;
    expect(code).toBe(4401);
    expect(performance.now() - since).toBeLessThan(4_500);
  });

  it('is sent away when the key runs out', async () => {
    const expiresAt = new Date(Date.now() + 2_500).toISOString();
    const { body, status } = await admin.post(`${api}/api-keys`, {
      name: 'Short',
      role: 'viewer',
      expiresAt,
    });
    expect([status, body['code']]).toEqual([201, undefined]);
    const headers = { authorization: `Bearer ${String(body['key'])}` };
    const socket = await CustomerSocket.strange(gateways.there.url, headers);
    await socket.next({ type: 'welcome' });
    expect(await endOf(socket)).toBe(4401);
  });

  it('is found out with what they say next, at the latest', async () => {
    const person = await gateways.people.member(gateways.here, customer.id, 'operator');
    const socket = await CustomerSocket.met(person.api(), gateways.there.url);
    await admin.send('DELETE', `${api}/members/${person.id}`);
    const answer = await socket.ask({ type: 'subscribe', topics: ['activity'] }).catch(() => null);
    if (answer !== null) expect(answer.type).toBe('error');
    expect(await endOf(socket)).toBe(4403);
    expect(socket.events).toEqual([]);
  });
});

describe('whoever ends a sign-in of the local identity', () => {
  let gateway: OpenedGateway;
  beforeAll(async () => {
    gateway = await openGateway({ environment: { SOCKET_PING_MS: '1000' } });
  });
  afterAll(() => gateway.close());

  it('loses their connection, and those of other sign-ins stay', async () => {
    const [mine, another] = [await signIn(gateway.url), await signIn(gateway.url)];
    const socket = await CustomerSocket.met(mine);
    const bystander = await CustomerSocket.met(another);
    const { status } = await mine.post('/auth/v1/logout?scope=local');
    expect(status).toBe(204);
    expect(await endOf(socket)).toBe(4401);
    expect(await bystander.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    const device = await newDevice(another);
    await bystander.ask({ type: 'subscribe', topics: ['activity'] });
    const id = await propose(another, device.id);
    await eventually(() => bystander.events.some(({ subject }) => subject.id === id));
    await bystander.close();
  });

  it('loses the connections of their other sign-ins with another password, or with a second factor', async () => {
    const mine = await signIn(gateway.url);
    const [first, socket] = [
      await CustomerSocket.met(await signIn(gateway.url)),
      await CustomerSocket.met(mine),
    ];
    const password = 'another-correct-horse';
    expect((await mine.send('PUT', '/auth/v1/user', { password })).status).toBe(200);
    expect(await endOf(first)).toBe(4401);
    const second = await CustomerSocket.met(await signIn(gateway.url, { ...testAdmin, password }));
    await useSecondFactor(mine);
    expect(await endOf(second)).toBe(4401);
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    await socket.close();
  });

  async function useSecondFactor(person: ApiClient): Promise<void> {
    const { body: factor } = await person.post<{ id: string; totp: { secret: string } }>('/auth/v1/factors', {
      factor_type: 'totp',
    });
    const at = `/auth/v1/factors/${factor.id}`;
    const { body: challenge } = await person.post(`${at}/challenge`);
    const code = codeAt(factor.totp.secret, new Date());
    const { status } = await person.post(`${at}/verify`, { challenge_id: challenge['id'], code });
    expect(status).toBe(200);
  }
});
