import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import { claim, newDevice, propose, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { OpenedGateway } from '../support/http/open-gateway.js';
import { openGateway } from '../support/http/open-gateway.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';
import { connectDevice } from './ws/device-line.js';

let redis: RedisServer;
let gateway: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let probe: Redis;
let monitor: Redis;
const seen: string[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
  gateway = await openGateway({ environment: { REDIS_URL: redis.url } });
  admin = await signIn(gateway.url);
  device = await newDevice(admin);
  probe = new Redis(redis.url);
  monitor = await probe.monitor();
  monitor.on('monitor', (_time: string, args: readonly string[], source: string) => {
    // What a script calls by itself is no call of the gateway's.
    if (source !== 'lua') seen.push(args.join(' '));
  });
});

afterAll(async () => {
  monitor.disconnect();
  probe.disconnect();
  await gateway.close();
  await redis.remove();
});

const isSignal = (call: string): boolean => call.startsWith('PUBLISH');
// A monitor shows the ends of lines escaped.
const signalsIn = (call: string): readonly string[] => call.slice(call.indexOf('|') + 1).split('\\n');

/** Calls to Redis that name this device, between now and the end of the work. What it does not wait for is apart. */
async function callsDuring(work: () => Promise<unknown>, of = device.id): Promise<readonly string[]> {
  const begin = seen.length;
  await work();
  const mark = `end-${String(performance.now())}`;
  await probe.echo(mark);
  await eventually(() => seen.some((call) => call.includes(mark)));
  return seen.slice(begin).filter((call) => call.includes(of) && !isSignal(call));
}

/** Signals about the device that are sent once the work is done, however long that takes. One call carries many, also of others. */
async function signalsAfter(work: () => Promise<unknown>): Promise<readonly string[]> {
  const begin = seen.length;
  await work();
  const told = () => seen.slice(begin).filter(isSignal).flatMap(signalsIn);
  const signals = () => told().filter((signal) => signal.includes(device.id));
  await eventually(() => signals().length > 0);
  return signals();
}

const post = async (path: string, body: object): Promise<void> => {
  const { status } = await device.api.post(`/api/v1/device${path}`, body);
  expect(status).toBe(200);
};

it('a call of a device waits for Redis twice at most', async () => {
  await propose(admin, device.id);
  expect(await callsDuring(() => claim(device.api, { limit: 10 }))).toHaveLength(2);
  // Something is in the queue, and may be this attempt's.
  expect(await callsDuring(() => claim(device.api))).toHaveLength(2);
  expect(await callsDuring(() => post('/heartbeat', { status: 'ok' }))).toHaveLength(2);

  await propose(admin, device.id);
  const [command] = await claim(device.api, { attemptId: 'twice' });
  expect(await callsDuring(() => claim(device.api, { attemptId: 'twice' }))).toHaveLength(2);
  const { id, claimToken } = command ?? {};
  const commandPath = `/commands/${String(id)}`;
  const extend = () => post(`${commandPath}/extend`, { claimToken, extensionMs: 60_000 });
  expect(await callsDuring(extend)).toHaveLength(2);
  expect(await callsDuring(() => post(`${commandPath}/progress`, { claimToken, percent: 5 }))).toHaveLength(
    1,
  );
  const finish = () => post(`${commandPath}/result`, { claimToken, status: 'succeeded' });
  expect(await callsDuring(finish)).toHaveLength(2);
});

it('a heartbeat over the socket waits for Redis once, and is told as any other', async () => {
  const other = await newDevice(admin);
  const line = await connectDevice(gateway.url, other);
  const beat = () => line.ask({ type: 'heartbeat', status: 'ok' });
  // A new connection looks at its standing first, beside what it answers.
  await eventually(async () => expect(await callsDuring(beat, other.id)).toHaveLength(1));
  const signals = () => seen.filter((call) => isSignal(call) && call.includes(`"beat"`));
  await eventually(() => expect(signals().at(-1)).toContain(other.id));
  await line.close();
});

it('what a portal would like to see costs one signal, for which no device waits', async () => {
  const { body } = await admin.get<{ customerId: string }>('/api/v1/customer/me');
  const { customerId } = body;
  // A heartbeat has no entry in the log, and the instance that holds the portal's socket has no other way to hear of it.
  const beat = await signalsAfter(() => post('/heartbeat', { status: 'ok' }));
  expect(beat).toEqual([JSON.stringify(['beat', customerId, device.id])]);

  await propose(admin, device.id);
  const [command] = await claim(device.api);
  const { id = '', claimToken } = command ?? {};
  const progress = await signalsAfter(() => post(`/commands/${id}/progress`, { claimToken, percent: 5 }));
  expect(progress).toEqual([JSON.stringify(['progress', customerId, device.id, null, id])]);
});

it('a claim that finds nothing asks Redis once, and the next one finds what has come since', async () => {
  const other = await newDevice(admin);
  const calls = (work: () => Promise<unknown>) => callsDuring(work, other.id);
  expect(await calls(() => claim(other.api, { attemptId: 'a-1' }))).toHaveLength(1);
  const id = await propose(admin, other.id);
  const [command] = await claim(other.api, { attemptId: 'a-1' });
  expect(command?.id).toBe(id);
  expect(await claim(other.api, { attemptId: 'a-1' })).toMatchObject([{ id }]);
});
