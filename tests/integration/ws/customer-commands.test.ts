import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { claim, newDevice } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { strongly, TokenPeople } from '../../support/http/token-people.js';
import { believeSignIns } from '../../support/signed-in.js';
import type { SocketMessage } from '../../support/socket-client.js';
import { codeOf, CustomerSocket } from '../../support/ws/customer-socket.js';

const people = new TokenPeople();
const api = '/api/v1/customer';
const read = { type: 'system_info', parameters: {} };
const change = { type: 'restart_service', parameters: { service: 'kiosk' } };

let gateway: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let foreign: TestDevice;
let approver: TestPerson;
let operator: CustomerSocket;
let operatorApi: ApiClient;
let keyed: CustomerSocket;

beforeAll(async () => {
  gateway = await openGateway({ environment: people.environment, override: believeSignIns });
  const shop = await people.customer(gateway);
  admin = shop.admin.api();
  device = await newDevice(admin);
  foreign = await newDevice((await people.customer(gateway)).admin.api());
  approver = await people.member(gateway, shop.id, 'approver');
  operatorApi = (await people.member(gateway, shop.id, 'operator')).api();
  operator = await CustomerSocket.met(operatorApi);
  const { body } = await admin.post(`${api}/api-keys`, { name: 'Robot', role: 'operator' });
  keyed = await CustomerSocket.strange(gateway.url, { authorization: `Bearer ${String(body['key'])}` });
});
afterAll(async () => {
  await operator.close();
  await keyed.close();
  await gateway.close();
});

interface Answered extends SocketMessage {
  readonly command: {
    readonly id: string;
    readonly state: string;
    readonly approval: { readonly digest: string };
  };
}

const proposed = async (message: object): Promise<Answered> => {
  const answer = await operator.ask({ type: 'propose', deviceId: device.id, command: read, ...message });
  expect(answer).toMatchObject({ type: 'proposed' });
  return answer as Answered;
};

const recorded = async (id: string) => (await admin.get(`${api}/commands/${id}`)).body;

describe('over a socket, somebody', () => {
  it('proposes to a device, and is answered what a request is', async () => {
    const { command } = await proposed({});
    expect(command).toEqual(await recorded(command.id));
  });

  it('proposes in a session', async () => {
    const own = await newDevice(admin);
    const opened = await operatorApi.post(`${api}/sessions`, { deviceId: own.id, type: 'diagnostic' });
    const sessionId = String(opened.body['id']);
    const { command } = await proposed({ deviceId: undefined, sessionId });
    expect(command).toMatchObject({ sessionId, deviceId: own.id, state: 'queued' });
    await operatorApi.post(`${api}/sessions/${sessionId}/close`);
    const late = await operator.ask({ type: 'propose', sessionId, command: read });
    expect(codeOf(late)).toBe('session_not_active');
  });

  it('cancels', async () => {
    const { command } = await proposed({});
    const answer = await operator.ask({ type: 'cancel', commandId: command.id.toUpperCase() });
    expect(answer).toMatchObject({ type: 'cancelled', command: { id: command.id, state: 'cancelled' } });
    expect((answer as Answered).command).toEqual(await recorded(command.id));
  });

  it('decides, on the digest that they were shown', async () => {
    const voter = await CustomerSocket.met(approver.api(strongly));
    await voter.ask({ type: 'subscribe', topics: ['approvals'] });
    const { command } = await proposed({ command: change });
    expect(command.state).toBe('awaiting_approval');
    await voter.event(({ kind, subject }) => kind === 'command.proposed' && subject.id === command.id);
    const { digest } = command.approval;
    const vote = { type: 'approve', commandId: command.id, approved: true, digest, reason: 'Fine.' };
    expect(codeOf(await voter.ask({ ...vote, digest: '0'.repeat(64) }))).toBe('digest_mismatch');
    expect(codeOf(await operator.ask(vote))).toBe('forbidden');
    expect(codeOf(await keyed.ask(vote))).toBe('human_required');
    expect(await voter.ask(vote)).toMatchObject({ type: 'decided', command: { state: 'queued' } });
    expect(codeOf(await voter.ask({ ...vote, approved: false }))).toBe('already_decided');
    await voter.event(({ kind, subject }) => kind === 'command.approved' && subject.id === command.id);
    const kinds = voter.events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'command.decision_refused')).toEqual([
      'command.proposed',
      'command.decided',
      'command.approved',
    ]);
    await voter.close();
  });

  it.each<[string, object, string]>([
    ['an unknown type', { deviceId: 'x', command: { ...read, type: 'nonsense' } }, 'not_found'],
    ['an unknown device', { deviceId: 'nobody', command: read }, 'not_found'],
    ['no target', { command: read }, 'invalid_request'],
    ['two targets', { deviceId: 'x', sessionId: randomUUID(), command: read }, 'invalid_request'],
    ['an unknown member', { deviceId: 'x', command: read, extra: 1 }, 'invalid_request'],
    [
      'an unknown member of the command',
      { deviceId: 'x', command: { ...read, extra: 1 } },
      'invalid_request',
    ],
    ['a key that is none', { deviceId: 'x', command: read, idempotencyKey: 'two words' }, 'invalid_request'],
    ['no session', { sessionId: 'nonsense', command: read }, 'not_found'],
  ])('is refused %s, and stays', async (_what, message, code) => {
    expect(codeOf(await operator.ask({ type: 'propose', ...message }))).toBe(code);
    expect(await operator.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('is refused with the problem that a request is refused with', async () => {
    const bad = { type: 'ping', parameters: { host: '$(reboot)' } };
    const answer = await operator.ask({ type: 'propose', deviceId: device.id, command: bad });
    const { body } = await operatorApi.post(`${api}/devices/${device.id}/commands`, bad);
    const { problem } = answer as unknown as { problem: Record<string, unknown> };
    expect({ ...problem, requestId: '' }).toEqual({ ...body, requestId: '' });
    expect(problem['requestId']).toBe(answer['requestId']);
  });

  it('reaches nothing of another customer', async () => {
    const to = { type: 'propose', deviceId: foreign.id, command: read };
    expect(codeOf(await operator.ask(to))).toBe('not_found');
    expect(codeOf(await operator.ask({ type: 'cancel', commandId: randomUUID() }))).toBe('not_found');
  });

  it('names the request, in the answer and in the log', async () => {
    const answer = await proposed({ requestId: 'from-the-portal' });
    expect(answer['requestId']).toBe('from-the-portal');
    const { body } = await admin.get<{ items: { requestId: string; kind: string }[] }>(
      `${api}/activity?subject=command:${answer.command.id}`,
    );
    expect(body.items[0]).toMatchObject({ kind: 'command.proposed', requestId: 'from-the-portal' });
  });
});

describe('an idempotency key', () => {
  it('makes one command of a proposal and its repetitions', async () => {
    const idempotencyKey = randomUUID();
    const first = await proposed({ idempotencyKey });
    expect((await proposed({ idempotencyKey })).command).toEqual(first.command);
    const other = { ...read, priority: 1 };
    const message = { type: 'propose', deviceId: device.id, command: other, idempotencyKey };
    expect(codeOf(await operator.ask(message))).toBe('idempotency_mismatch');
  });

  it('is the same over both ways, whichever comes first', async () => {
    const path = `${api}/devices/${device.id}/commands`;
    const [one, two] = [randomUUID(), randomUUID()];
    const socketFirst = await proposed({ idempotencyKey: one });
    const repeated = await operatorApi.with({ 'idempotency-key': one }).post(path, read);
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
    expect(repeated.body).toEqual(socketFirst.command);
    const requestFirst = await operatorApi.with({ 'idempotency-key': two }).post(path, read);
    expect(requestFirst.status).toBe(201);
    expect((await proposed({ idempotencyKey: two })).command).toEqual(requestFirst.body);
  });

  it('is the same over both ways in a session', async () => {
    const own = await newDevice(admin);
    const opened = await operatorApi.post(`${api}/sessions`, { deviceId: own.id, type: 'diagnostic' });
    const sessionId = String(opened.body['id']);
    const key = randomUUID();
    const { command } = await proposed({ deviceId: undefined, sessionId, idempotencyKey: key });
    const path = `${api}/sessions/${sessionId}/commands`;
    const repeated = await operatorApi.with({ 'idempotency-key': key }).post(path, read);
    expect(repeated.body).toEqual(command);
    expect(await claim(own.api, { limit: 10 })).toHaveLength(1);
  });
});

describe('the budget', () => {
  it('is one for requests and messages, and whoever has spent it stays connected', async () => {
    const tight = await openGateway({
      environment: { ...people.environment, RATE_USER_PER_MINUTE: '12' },
      override: believeSignIns,
    });
    try {
      const shop = await people.customer(tight);
      const socket = await CustomerSocket.met(shop.admin.api());
      for (let n = 0; n < 6; n += 1) await socket.ask({ type: 'subscribe', topics: ['activity'] });
      for (let n = 0; n < 5; n += 1) await shop.admin.api().get(`${api}/me`);
      expect(codeOf(await socket.ask({ type: 'subscribe', topics: ['devices'] }))).toBe('rate_limited');
      expect((await shop.admin.api().get(`${api}/me`)).status).toBe(429);
      expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
      await socket.close();
    } finally {
      await tight.close();
    }
  });
});
