import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_RECORDS, LIVE_BUS } from '../../../src/composition/tokens.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';
import { CustomerSocket } from '../../support/ws/customer-socket.js';

interface Told {
  readonly attempt: number;
  readonly from: number;
  readonly pieces: readonly string[];
}

let gateways: TwoGateways;
let admin: ApiClient;
let device: TestDevice;
let commandId: string;
let claimToken: string;
/** Resolved: the record is read at once. */
let reading: Promise<unknown>;
let reads: number;
let signalsAreLost: boolean;

beforeAll(async () => {
  gateways = await openTwoGateways({
    override: (container) => {
      const records = use(container, COMMAND_RECORDS);
      const find: typeof records.find = async (...of) => {
        reads += 1;
        await reading;
        return records.find(...of);
      };
      provide(
        container,
        COMMAND_RECORDS,
        () => new Proxy(records, { get: (of, name) => bound(of, name, find) }),
      );
      const bus = use(container, LIVE_BUS);
      provide(container, LIVE_BUS, () => ({
        tell: (signal) =>
          signalsAreLost && signal.kind === 'progress' ? Promise.resolve() : bus.tell(signal),
        listen: (...given) => bus.listen(...given),
      }));
    },
  });
  admin = (await gateways.people.customer(gateways.here)).admin.api();
});
afterAll(() => gateways.close());

beforeEach(async () => {
  [reading, reads, signalsAreLost] = [Promise.resolve(), 0, false];
  device = await newDevice(admin);
  commandId = await propose(admin, device.id);
  claimToken = (await claim(device.api))[0]?.claimToken ?? '';
});

/** The thing itself, with another `find`. */
function bound(of: object, name: string | symbol, find: unknown): unknown {
  if (name === 'find') return find;
  const member: unknown = Reflect.get(of, name);
  return typeof member === 'function' ? (member.bind(of) as unknown) : member;
}

async function putOut(output: string | null, about: object = {}): Promise<void> {
  const path = `/api/v1/device/commands/${commandId}/progress`;
  expect(await device.api.post(path, { claimToken, output, ...about })).toMatchObject({ status: 200 });
}

async function putOutMany(first: number, last: number): Promise<string> {
  const all = Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}\n`);
  for (const output of all) await putOut(output);
  return all.join('');
}

async function watcher(at = gateways.there.url): Promise<CustomerSocket> {
  const socket = await CustomerSocket.met(admin, at);
  await socket.ask({ type: 'subscribe', topics: [`device:${device.id}`] });
  return socket;
}

const told = (socket: CustomerSocket) =>
  socket.messages.filter(({ type }) => type === 'progress') as unknown as Told[];

/** What came, from a number on, where each message goes on where the one before ended. */
function joined(socket: CustomerSocket, first = 1): string {
  let next = first;
  let text = '';
  for (const { from, pieces } of told(socket)) {
    expect(from).toBe(next);
    next += pieces.length;
    text += pieces.join('');
  }
  return text;
}

const kept = async () =>
  (await admin.get(`/api/v1/customer/commands/${commandId}`)).body['progress'] as Told & { output: unknown };

describe('streamed output', () => {
  it('reaches everybody who watches whole and in order, on every gateway, however quickly it comes', async () => {
    const sockets = [await watcher(), await watcher(gateways.here.url), await watcher()];
    const all = await putOutMany(1, 150);
    await eventually(() => sockets.every((socket) => joined(socket) === all));
    for (const socket of sockets) await socket.close();
  });

  it('has no hole where the record is read more slowly than it comes', async () => {
    const socket = await watcher();
    await putOut('first\n');
    await eventually(() => joined(socket) === 'first\n');
    const slow = Promise.withResolvers<null>();
    reading = slow.promise;
    reads = 0;
    const rest = await putOutMany(2, 60);
    slow.resolve(null);
    await eventually(() => joined(socket) === `first\n${rest}`);
    expect(reads).toBeLessThan(10);
    expect(told(socket).length).toBeLessThan(10);
    await socket.close();
  });

  it('comes with the next signal where signals were lost', async () => {
    const socket = await watcher();
    const first = await putOutMany(1, 3);
    await eventually(() => joined(socket) === first);
    signalsAreLost = true;
    const lost = await putOutMany(4, 40);
    signalsAreLost = false;
    await putOut(null, { percent: 50 });
    await eventually(() => joined(socket) === first + lost);
    await socket.close();
  });

  it('comes to a late watcher as far as it is kept, by the record and by the first message alike', async () => {
    await putOutMany(1, 100);
    const { output, from, pieces } = await kept();
    expect([output, from, pieces.length]).toEqual(['line 100\n', 37, 64]);
    const socket = await watcher();
    await putOut('line 101\n');
    await eventually(() => told(socket).length === 1);
    expect(told(socket)[0]).toMatchObject({ output: 'line 101\n', from: 38 });
    expect(joined(socket, 38)).toBe([...pieces.slice(1), 'line 101\n'].join(''));
    await socket.close();
  });

  it('is told again from the beginning to whoever subscribes again', async () => {
    const socket = await watcher();
    const first = await putOutMany(1, 3);
    await eventually(() => joined(socket) === first);
    await socket.ask({ type: 'subscribe', topics: [`device:${device.id}`] });
    await putOut('end');
    const again = await socket.find((message) => message['output'] === 'end');
    expect(again).toMatchObject({ from: 1, pieces: ['line 1\n', 'line 2\n', 'line 3\n', 'end'] });
    await socket.close();
  });

  it('begins anew with another claim, under its number', async () => {
    const socket = await watcher();
    await putOut('one');
    await device.api.post(`/api/v1/device/commands/${commandId}/release`, { claimToken });
    claimToken = (await claim(device.api))[0]?.claimToken ?? '';
    expect(await kept()).toMatchObject({ attempt: 1, pieces: ['one'] });
    await putOut('again');
    const again = await socket.find((message) => message['output'] === 'again');
    expect(again).toMatchObject({ attempt: 2, from: 1, pieces: ['again'] });
    await socket.close();
  });

  it('is let go when the whole of it has come with the result, and kept when the result brings none', async () => {
    await putOut('one');
    const path = () => `/api/v1/device/commands/${commandId}/result`;
    await device.api.post(path(), { claimToken, status: 'succeeded', output: 'one, two' });
    expect(await kept()).toMatchObject({ output: 'one', from: 2, pieces: [] });
    commandId = await propose(admin, device.id);
    claimToken = (await claim(device.api))[0]?.claimToken ?? '';
    await putOut('last words');
    await device.api.post(path(), { claimToken, status: 'failed' });
    expect(await kept()).toMatchObject({ from: 1, pieces: ['last words'] });
  });
});
