import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CreateCustomer } from '../../../src/application/customer/create-customer.js';
import { use } from '../../../src/composition/provide.js';
import type { ApiClient } from '../../support/api-client.js';
import { newDevice } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { TokenPeople } from '../../support/http/token-people.js';
import { believeSignIns } from '../../support/signed-in.js';
import { SocketClient } from '../../support/socket-client.js';
import { codeOf, CustomerSocket } from '../../support/ws/customer-socket.js';

const people = new TokenPeople();
const portal = 'https://portal.example';
let gateway: OpenedGateway;
let customer: { readonly id: string; readonly admin: TestPerson };
let admin: ApiClient;

beforeAll(async () => {
  gateway = await openGateway({
    environment: { ...people.environment, CORS_ORIGINS: portal, SOCKETS_PER_CUSTOMER: '12' },
    override: believeSignIns,
  });
  customer = await people.customer(gateway);
  admin = customer.admin.api();
});
afterAll(() => gateway.close());

const path = '/ws/customer';
const tokenOf = ({ headers }: ApiClient): string => (headers['authorization'] ?? '').replace('Bearer ', '');
const stranger = () => CustomerSocket.strange(gateway.url);

const newKey = async (): Promise<string> => {
  const { body } = await customer.admin
    .api()
    .post('/api/v1/customer/api-keys', { name: 'Watcher', role: 'operator' });
  return String(body['key']);
};

describe('signing in', () => {
  it('takes an access token in the first message', async () => {
    const socket = await stranger();
    expect(await socket.ask({ type: 'auth', accessToken: tokenOf(admin) })).toEqual({
      type: 'welcome',
      id: 1,
      requestId: expect.any(String),
      customerId: customer.id,
      seq: expect.any(Number),
    });
    await socket.close();
  });

  it('takes it in the header of the handshake', async () => {
    const socket = await CustomerSocket.met(admin);
    expect(socket.messages).toEqual([expect.objectContaining({ type: 'welcome', customerId: customer.id })]);
    await socket.close();
  });

  it('says where the log ends', async () => {
    await newDevice(admin);
    const { body } = await admin.get<{ items: { seq: number }[] }>('/api/v1/customer/activity?limit=100');
    const socket = await CustomerSocket.met(admin);
    expect(socket.messages[0]?.['seq']).toBe(body.items.at(-1)?.seq);
    await socket.close();
  });

  it('takes an API key either way', async () => {
    const accessToken = await newKey();
    const socket = await stranger();
    expect(await socket.ask({ type: 'auth', accessToken })).toMatchObject({ customerId: customer.id });
    await socket.close();
    const other = await SocketClient.open(gateway.url, path, { authorization: `Bearer ${accessToken}` });
    expect(await other.next({ type: 'welcome' })).toMatchObject({ customerId: customer.id });
    await other.close();
  });

  it('asks those who belong to several customers for whom they come', async () => {
    const { customerId: second } = await use(gateway.container, CreateCustomer).execute({
      name: 'Second shop',
      admin: { userId: customer.admin.id, name: 'Admin' },
      cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
    });
    const accessToken = tokenOf(admin);
    const unsure = await stranger();
    expect(codeOf(await unsure.ask({ type: 'auth', accessToken }))).toBe('customer_required');
    expect((await unsure.ended).code).toBe(1008);
    for (const customerId of [customer.id, second.toUpperCase()]) {
      const socket = await stranger();
      const welcome = await socket.ask({ type: 'auth', accessToken, customerId });
      expect(welcome).toMatchObject({ type: 'welcome', customerId: customerId.toLowerCase() });
      await socket.close();
    }
    const named = await SocketClient.open(gateway.url, path, { ...admin.headers, 'x-customer-id': second });
    expect(await named.next({ type: 'welcome' })).toMatchObject({ customerId: second });
    await named.close();
    const foreign = await stranger();
    const answer = await foreign.ask({ type: 'auth', accessToken, customerId: randomUUID() });
    expect(codeOf(answer)).toBe('not_found');
    expect((await foreign.ended).code).toBe(4403);
    admin = admin.with({ 'x-customer-id': customer.id });
  });

  it.each(['nonsense', 'fgk_nonsense', 'fgt_nonsense', 'fgd_nonsense'])('refuses %s', async (accessToken) => {
    const socket = await stranger();
    expect(codeOf(await socket.ask({ type: 'auth', accessToken }))).toBe('unauthenticated');
    expect((await socket.ended).code).toBe(4401);
    const headers = { authorization: `Bearer ${accessToken}` };
    await expect(SocketClient.open(gateway.url, path, headers)).rejects.toThrow('refused with 401');
  });

  it('comes before anything else', async () => {
    const socket = await stranger();
    expect(codeOf(await socket.ask({ type: 'ping' }))).toBe('unauthenticated');
    expect((await socket.ended).code).toBe(4401);
  });

  it('is for programs, for pages of this address, and for pages of allowed origins', async () => {
    for (const origin of [portal, gateway.url]) {
      const socket = await SocketClient.open(gateway.url, path, { ...admin.headers, origin });
      await socket.next({ type: 'welcome' });
      await socket.close();
    }
    for (const origin of ['https://evil.example', 'null', `${portal}.evil.example`]) {
      const opening = SocketClient.open(gateway.url, path, { ...admin.headers, origin });
      await expect(opening).rejects.toThrow('refused with 403');
    }
  });

  it('is refused beyond so many connections of one customer, and goes on when one has left', async () => {
    const shop = await people.customer(gateway);
    const api = shop.admin.api();
    const sockets = await Promise.all(Array.from({ length: 12 }, () => CustomerSocket.met(api)));
    const late = await CustomerSocket.strange(gateway.url, api.headers);
    expect(codeOf(await late.next({ type: 'error' }))).toBe('rate_limited');
    expect((await late.ended).code).toBe(1013);
    await sockets.pop()?.close();
    const next = await CustomerSocket.met(api);
    const elsewhere = await CustomerSocket.met(admin);
    await Promise.all([...sockets, next, elsewhere].map((socket) => socket.close()));
  });
});

describe('signing in anew', () => {
  it('renews the token in place, and follows what it followed', async () => {
    const shop = await people.customer(gateway);
    const api = shop.admin.api({ livesS: 3 });
    const device = await newDevice(shop.admin.api());
    const socket = await CustomerSocket.met(api);
    await socket.ask({ type: 'subscribe', topics: [`device:${device.id}`] });
    const accessToken = tokenOf(shop.admin.api());
    const welcome = await socket.ask({ type: 'auth', accessToken });
    expect(welcome).toMatchObject({ type: 'welcome', customerId: shop.id, seq: expect.any(Number) });
    const impatient = await CustomerSocket.met(api);
    expect((await impatient.ended).code).toBe(4401);
    expect(codeOf(await impatient.next({ type: 'error' }))).toBe('unauthenticated');
    await shop.admin.api().send('PATCH', `/api/v1/customer/devices/${device.id}`, { name: 'Renamed' });
    await socket.event(({ kind }) => kind === 'device.updated');
    await socket.close();
  });

  it('is for the same person and the same customer only', async () => {
    const shop = await people.customer(gateway);
    const viewer = await people.member(gateway, shop.id, 'viewer');
    for (const message of [
      { accessToken: tokenOf(viewer.api()) },
      { accessToken: tokenOf(shop.admin.api()), customerId: customer.id },
    ]) {
      const socket = await CustomerSocket.met(shop.admin.api());
      const answer = await socket.ask({ type: 'auth', ...message });
      expect(['forbidden', 'not_found']).toContain(codeOf(answer));
      expect((await socket.ended).code).toBe(4403);
    }
    const socket = await CustomerSocket.met(shop.admin.api());
    expect(codeOf(await socket.ask({ type: 'auth', accessToken: 'nonsense' }))).toBe('unauthenticated');
    expect((await socket.ended).code).toBe(4401);
  });
});
