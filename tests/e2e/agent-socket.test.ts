import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../support/api-client.js';
import { propose, signIn, stateOf } from '../support/api-client.js';
import type { CuttingProxy } from '../support/cutting-proxy.js';
import { openCuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, startGatewayProcess } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

/** Two built gateways, the built agent, and a network between them that breaks. */
describe('the agent and its socket', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let first: GatewayProcess;
  let second: GatewayProcess;
  let admin: ApiClient;
  let proxy: CuttingProxy;
  let folder: string;
  let agent: ChildProcess;
  let deviceId: string;
  let log = '';
  /** What the commands look at: it counts who came, and lets `/slow` wait for ever. */
  const visits: string[] = [];
  const visited: Server = createServer((request, response) => {
    visits.push(request.url ?? '');
    if (request.url !== '/slow') response.end('ok');
  });

  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedisServer()]);
    const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, RATE_USER_PER_MINUTE: '100000' };
    first = await startGatewayProcess({ env });
    second = await startGatewayProcess({ env, dataDir: first.dataDir });
    admin = await signIn(second.url);
    visited.listen(0, '127.0.0.1');
    await once(visited, 'listening');
  }, 60_000);

  afterAll(async () => {
    visited.closeAllConnections();
    visited.close();
    await Promise.all([first.stop(), second.stop()]);
    await Promise.all([database.drop(), redis.remove()]);
  });

  beforeEach(async () => {
    visits.length = 0;
    log = '';
    proxy = await openCuttingProxy(first.url);
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-agent-socket-'));
    const { body } = await admin.post<{ device: { id: string }; activationCode: string }>(
      '/api/v1/customer/devices/provision',
      { name: 'Rack' },
    );
    deviceId = body.device.id;
    agent = startAgent('agent', '--activation-code', body.activationCode);
    agent.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await socketIsUp(1);
  });

  afterEach(async () => {
    await end(agent);
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });

  function startAgent(dataDir: string, ...more: string[]): ChildProcess {
    const args = [
      ...['--url', proxy.url, '--device-id', deviceId, '--data-dir', join(folder, dataDir)],
      ...['--capacity', '3', '--log-level', 'debug', ...more],
    ];
    return spawn(process.execPath, [join(builtFolder, 'agent', 'main.js'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  async function end(child: ChildProcess): Promise<void> {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  const soon = { withinMs: 30_000, everyMs: 50 };
  const count = (words: string): number => log.split(words).length - 1;
  const socketIsUp = (times: number): Promise<unknown> =>
    eventually(() => count('socket is up') >= times, soon);
  const polls = (): number => proxy.requests.filter((line) => line.endsWith('/commands/claim')).length;
  const visit = (path: string): Promise<string> => {
    const { port } = visited.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}${path}`;
    return propose(admin, deviceId, { type: 'http_check', parameters: { url } });
  };
  const visitMany = (from: number, to: number): Promise<string[]> =>
    Promise.all(Array.from({ length: to - from }, (_, n) => visit(`/${String(from + n)}`)));

  async function haveEndedOnce(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await eventually(async () => expect(await stateOf(admin, id)).toBe('succeeded'), soon);
    expect([...visits].sort()).toEqual([...new Set(visits)].sort());
    expect(visits).toHaveLength(ids.length);
    for (const id of ids) {
      const { body } = await admin.get<{ attempt: number; lapses: number }>(
        `/api/v1/customer/commands/${id}`,
      );
      expect({ attempt: body.attempt, lapses: body.lapses }).toEqual({ attempt: 1, lapses: 0 });
    }
  }

  it('bring a command at once, from whichever instance, and never poll', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const proposedAt = performance.now();
      const id = await visit(`/${String(n)}`);
      await eventually(async () => expect(await stateOf(admin, id)).toBe('succeeded'), soon);
      expect(performance.now() - proposedAt).toBeLessThan(3_000);
      ids.push(id);
    }
    await haveEndedOnce([...ids, ...(await visitMany(5, 40))]);
    expect(polls()).toBe(0);
    expect(proxy.requests.filter((line) => line.endsWith('/result'))).toEqual([]);
  }, 60_000);

  it('stop a command at once that a person cancels', async () => {
    const id = await visit('/slow');
    await eventually(() => visits.includes('/slow'), soon);
    const cancelledAt = performance.now();
    expect((await admin.post(`/api/v1/customer/commands/${id}/cancel`)).status).toBe(200);
    await eventually(async () => expect(await stateOf(admin, id)).toBe('cancelled'), soon);
    expect(performance.now() - cancelledAt).toBeLessThan(5_000);
  }, 60_000);

  it('lose and double nothing while the line is cut again and again, and sockets come and go', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      ids.push(...(await visitMany(round * 6, round * 6 + 6)));
      // In the middle of whatever is on its way; how far that is differs from round to round.
      await sleep(round * 7);
      proxy.passesSockets = round % 3 !== 1;
      proxy.target = round % 2 === 0 ? second.url : first.url;
      proxy.cut();
      await sleep(200);
    }
    proxy.passesSockets = true;
    await haveEndedOnce(ids);
    const ups = count('socket is up');
    proxy.cut();
    await socketIsUp(ups + 1);
    const polled = polls();
    await haveEndedOnce([...ids, await visit('/last')]);
    expect(polls()).toBe(polled);
  }, 120_000);

  it('come back with a new token after a sign-out everywhere, and do not poll', async () => {
    expect((await admin.send('DELETE', `/api/v1/customer/devices/${deviceId}/tokens`)).status).toBeLessThan(
      300,
    );
    await socketIsUp(2);
    await haveEndedOnce([await visit('/after')]);
    expect(polls()).toBe(0);
  }, 60_000);

  it('give way to a second process under the same identity, and say so', async () => {
    await mkdir(join(folder, 'copy'), { mode: 0o700 });
    await copyFile(join(folder, 'agent', 'device.json'), join(folder, 'copy', 'device.json'));
    const twin = startAgent('copy');
    try {
      await eventually(() => log.includes('another process runs under the identity of this device'), soon);
      await haveEndedOnce([await visit('/once')]);
      expect(count('socket is up')).toBe(1);
      expect(polls()).toBe(0);
    } finally {
      await end(twin);
    }
  }, 60_000);

  it('change to the other instance when theirs stops, and lose nothing', async () => {
    const ids = await visitMany(0, 10);
    proxy.target = second.url;
    expect(await first.stop()).toBe(0);
    ids.push(...(await visitMany(10, 20)));
    await haveEndedOnce(ids);
    expect(polls()).toBe(0);
    first = await startGatewayProcess({
      env: { DATABASE_URL: database.url, REDIS_URL: redis.url },
    });
  }, 120_000);
});
