import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';
import type { ApiClient } from '../../support/api-client.js';
import { brokenLinks, codeOf, CustomerSocket } from '../../support/ws/customer-socket.js';

let gateways: TwoGateways;
let admin: ApiClient;
let customerId: string;
let device: TestDevice;
let other: TestDevice;
const open: CustomerSocket[] = [];

beforeAll(async () => {
  gateways = await openTwoGateways();
  const customer = await gateways.people.customer(gateways.here);
  customerId = customer.id;
  admin = customer.admin.api();
  device = await newDevice(admin, 'Till');
  other = await newDevice(admin, 'Scale');
});
afterAll(async () => {
  for (const socket of open) if (socket.socket.readyState === socket.socket.OPEN) await socket.close();
  await gateways.close();
});

const connect = async (at = gateways.there.url): Promise<CustomerSocket> => {
  const socket = await CustomerSocket.met(admin, at);
  open.push(socket);
  return socket;
};

const subscribed = async (topics: readonly string[], after?: number, at?: string) => {
  const socket = await connect(at);
  const answer = await socket.ask({ type: 'subscribe', topics, ...(after !== undefined && { after }) });
  return { socket, answer };
};

const logged = async (after = 0): Promise<readonly { seq: number; kind: string }[]> => {
  const entries: { seq: number; kind: string }[] = [];
  for (;;) {
    const { body } = await admin.get<{ items: { seq: number; kind: string }[] }>(
      `/api/v1/customer/activity?limit=100&after=${entries.at(-1)?.seq ?? after}`,
    );
    if (body.items.length === 0) return entries;
    entries.push(...body.items);
  }
};

describe('events', () => {
  it('come from whichever gateway made them, each step of a command', async () => {
    const { socket, answer } = await subscribed(['activity']);
    expect(answer).toMatchObject({ type: 'subscribed', topics: ['activity'], replayFrom: null });
    const id = await propose(admin, device.id);
    const [command] = await claim(device.api);
    await device.api.post(`/api/v1/device/commands/${id}/result`, {
      claimToken: command?.claimToken,
      status: 'succeeded',
    });
    await socket.event(({ kind, subject }) => kind === 'command.finished' && subject.id === id);
    const events = socket.events.filter(({ subject }) => subject.id === id);
    expect(events.map(({ kind }) => kind)).toEqual([
      'command.proposed',
      'command.claimed',
      'command.finished',
    ]);
    expect(brokenLinks(socket.events, answer['seq'])).toEqual([]);
    expect(events[0]).toEqual({
      type: 'event',
      seq: expect.any(Number),
      prevSeq: expect.any(Number),
      at: expect.any(String),
      kind: 'command.proposed',
      subject: { kind: 'command', id },
      actor: { kind: 'member', id: expect.any(String) },
      data: expect.objectContaining({ deviceId: device.id }),
      requestId: expect.any(String),
    });
  });

  it('are those of the topics, in a chain without the others', async () => {
    const { socket, answer } = await subscribed([`device:${device.id}`]);
    await propose(admin, other.id);
    const first = await propose(admin, device.id);
    await propose(admin, other.id);
    const second = await propose(admin, device.id);
    await socket.event(({ subject }) => subject.id === second);
    expect(socket.events.map(({ subject }) => subject.id)).toEqual([first, second]);
    expect(brokenLinks(socket.events, answer['seq'])).toEqual([]);
  });

  it('are replayed from where the client was, and then go on', async () => {
    const all = await logged();
    const after = all[4]?.seq ?? 0;
    const { socket, answer } = await subscribed(['activity'], after);
    expect(answer).toMatchObject({ seq: all.at(-1)?.seq, replayFrom: after });
    const caughtUp = await socket.next({ type: 'caught_up' });
    expect(socket.seqs).toEqual(all.slice(5).map(({ seq }) => seq));
    expect(caughtUp['seq']).toBe(all.at(-1)?.seq);
    const types = socket.messages.map(({ type }) => type).filter((type) => type !== 'presence');
    expect(types.slice(0, 3)).toEqual(['welcome', 'subscribed', 'event']);
    expect(types.at(-1)).toBe('caught_up');
    const id = await propose(admin, device.id);
    await socket.event(({ subject }) => subject.id === id);
    expect(brokenLinks(socket.events, after)).toEqual([]);
  });

  it('that a new topic missed come first, and none of them twice', async () => {
    const all = await logged();
    const { socket } = await subscribed([`device:${device.id}`], 0);
    await socket.next({ type: 'caught_up' });
    const before = socket.seqs.length;
    await socket.ask({ type: 'subscribe', topics: ['activity'], after: 0 });
    await eventually(() => socket.messages.filter(({ type }) => type === 'caught_up').length === 2);
    const rest = socket.seqs.slice(before);
    expect(rest).toEqual([...rest].sort((a, b) => a - b));
    expect([...socket.seqs].sort((a, b) => a - b)).toEqual(all.map(({ seq }) => seq));
    const id = await propose(admin, device.id);
    await socket.event(({ subject }) => subject.id === id);
    expect(brokenLinks(socket.events, 0)).toEqual([]);
  });

  it('end with their topic', async () => {
    const { socket } = await subscribed([`device:${device.id}`, `device:${other.id}`]);
    const left = await socket.ask({ type: 'unsubscribe', topics: [`device:${device.id}`] });
    expect(left).toMatchObject({ type: 'unsubscribed', topics: [`device:${device.id}`] });
    await propose(admin, device.id);
    const id = await propose(admin, other.id);
    await socket.event(({ subject }) => subject.id === id);
    expect(socket.events.map(({ subject }) => subject.id)).toEqual([id]);
  });

  it('meet what is written while they are replayed: every one once, in order', async () => {
    const writers = [device, other].flatMap(({ id }) => [
      { id, at: gateways.here.url },
      { id, at: gateways.there.url },
    ]);
    let writing = true;
    const written = writers.map(async ({ id, at }) => {
      for (let n = 0; n < 60; n += 1) await propose(admin.at(at), id);
    });
    const joined: { socket: CustomerSocket; after: number }[] = [];
    const readers = (async () => {
      while (writing) {
        const at = joined.length % 2 === 0 ? gateways.here.url : gateways.there.url;
        const after = joined.length;
        const { socket } = await subscribed(['activity'], after, at);
        joined.push({ socket, after });
        if (joined.length >= 12) return;
      }
    })();
    await Promise.all(written);
    writing = false;
    await readers;
    const all = (await logged()).map(({ seq }) => seq);
    const last = all.at(-1) ?? 0;
    expect(all).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    for (const { socket, after } of joined) {
      await socket.event(({ seq }) => seq === last, 20_000);
      expect(socket.seqs).toEqual(all.slice(after));
      expect(brokenLinks(socket.events, after)).toEqual([]);
    }
  }, 60_000);

  it('go on at another gateway from where the connection broke, however often it breaks', async () => {
    const seen: number[] = [];
    let after = (await logged()).at(-1)?.seq ?? 0;
    const begin = after;
    const writing = (async () => {
      for (let n = 0; n < 60; n += 1) await propose(admin, n % 2 === 0 ? device.id : other.id);
    })();
    for (const at of [gateways.here, gateways.there, gateways.here, gateways.there]) {
      const { socket } = await subscribed(['activity'], after, at.url);
      const enough = after + 8;
      await socket.event(({ seq }) => seq >= enough);
      socket.cut();
      await socket.ended;
      expect(brokenLinks(socket.events, after)).toEqual([]);
      seen.push(...socket.seqs);
      after = seen.at(-1) ?? after;
    }
    await writing;
    const last = (await logged(after)).at(-1)?.seq ?? after;
    const { socket } = await subscribed(['activity'], after);
    await socket.next({ type: 'caught_up' });
    expect([...seen, ...socket.seqs]).toEqual(Array.from({ length: last - begin }, (_, n) => begin + 1 + n));
  });

  it('are not to be had from beyond the end of the log, or for more topics than a hundred', async () => {
    const socket = await connect();
    const beyond = await socket.ask({ type: 'subscribe', topics: ['activity'], after: 1_000_000 });
    expect(codeOf(beyond)).toBe('invalid_request');
    const all = Array.from({ length: 101 }, (_, index) => `device:d-${index}`);
    expect(codeOf(await socket.ask({ type: 'subscribe', topics: all }))).toBe('invalid_request');
    expect(codeOf(await socket.ask({ type: 'subscribe', topics: ['everything'] }))).toBe('invalid_request');
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('of what belongs to others are not to be had', async () => {
    const stranger = await gateways.people.customer(gateways.here);
    const theirs = await newDevice(stranger.admin.api(), 'Theirs');
    const opened = await stranger.admin
      .api()
      .post('/api/v1/customer/sessions', { deviceId: theirs.id, type: 'diagnostic' });
    const socket = await connect();
    for (const topic of [
      `device:${theirs.id}`,
      'device:nobody',
      'device:\u0000',
      `session:${String(opened.body['id'])}`,
      'session:none',
    ]) {
      const answer = await socket.ask({ type: 'subscribe', topics: [`device:${device.id}`, topic] });
      expect(codeOf(answer)).toBe('not_found');
    }
    // And nothing of what was asked for beside it is followed.
    await propose(admin, device.id);
    const mark = await socket.ask({ type: 'subscribe', topics: [`device:${other.id}`] });
    const id = await propose(admin, other.id);
    await socket.event(({ subject }) => subject.id === id);
    expect(brokenLinks(socket.events, mark['seq'])).toEqual([]);
    expect(socket.events).toHaveLength(1);
    expect(customerId).not.toBe(stranger.id);
  });
});
