import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, propose, signIn, stateOf } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, freePort, runCli, startGatewayProcess, testAdmin } from '../support/gateway-process.js';

/** The main job on nothing but Node: the built gateway with its own Postgres, and the built agent. */
describe('the embedded default with a real agent', () => {
  let folder: string;
  let port: number;
  let gateway: GatewayProcess;
  let admin: ApiClient;
  let agent: ChildProcess;
  const deviceId = 'rack-1';
  const started = { agentLog: '' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-story-'));
    port = await freePort();
    gateway = await startGateway();
    admin = await signIn(gateway.url);
  }, 60_000);

  afterAll(async () => {
    if (agent.exitCode === null) agent.kill('SIGKILL');
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const startGateway = () => startGatewayProcess({ port, dataDir: join(folder, 'gateway') });

  function startAgent(...args: string[]): ChildProcess {
    const child = spawn(
      process.execPath,
      [
        join(builtFolder, 'agent', 'main.js'),
        ...['--url', gateway.url, '--device-id', deviceId, '--data-dir', join(folder, 'agent')],
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const note = (chunk: Buffer): void => void (started.agentLog += chunk.toString());
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    return child;
  }

  const soon = { withinMs: 20_000, everyMs: 100 };

  async function ends(id: string, state: string): Promise<void> {
    await eventually(async () => expect(await stateOf(admin, id)).toBe(state), soon);
  }

  it('lets the stock Supabase client sign in, refresh, read its claims and sign out', async () => {
    const client = createClient(gateway.url, 'any-key', {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const signedIn = await client.auth.signInWithPassword(testAdmin);
    expect(signedIn.error).toBeNull();
    expect((await client.auth.getUser()).data.user?.email).toBe(testAdmin.email);
    expect((await client.auth.getClaims()).data?.claims.role).toBe('authenticated');
    const refreshed = await client.auth.refreshSession();
    expect(refreshed.error).toBeNull();
    const token = refreshed.data.session?.access_token ?? '';
    const me = new ApiClient(gateway.url, { authorization: `Bearer ${token}` });
    expect((await me.get('/api/v1/customer/me')).body).toMatchObject({ role: 'admin' });
    expect((await client.auth.signOut()).error).toBeNull();
    // Signed out everywhere: a token goes on looking until it runs out, and decides nothing any more.
    expect((await admin.get('/api/v1/customer/me')).status).toBe(200);
    admin = await signIn(gateway.url);
  });

  it('registers the agent, shows it online, and runs a diagnostic on it', async () => {
    const provisioned = await admin.post<{ activationCode: string }>('/api/v1/customer/devices/provision', {
      deviceId,
      name: 'Rack 1',
    });
    const kiosk = join(folder, 'restart-kiosk.mjs');
    await writeFile(kiosk, `#!${process.execPath}\nconsole.log('kiosk is back');\n`, { mode: 0o755 });
    await writeFile(join(folder, 'agent.json'), JSON.stringify({ restartPrograms: { kiosk } }));
    agent = startAgent(
      ...['--activation-code', provisioned.body.activationCode],
      ...['--config', join(folder, 'agent.json')],
    );
    await eventually(async () => {
      expect((await admin.get(`/api/v1/customer/devices/${deviceId}`)).body).toMatchObject({
        connection: 'online',
      });
    }, soon);

    const id = await propose(admin, deviceId, { type: 'system_info', parameters: {} });
    await ends(id, 'succeeded');
    const { body } = await admin.get<{ result: { output: string } }>(`/api/v1/customer/commands/${id}`);
    expect(body.result.output).toContain(process.arch === 'x64' ? 'x64' : process.arch);
  });

  it('lets a change wait until somebody other than its proposer allows it', async () => {
    const assistant = await newMember('approver');
    const { body } = await assistant.post<{ id: string; state: string; approval: { digest: string } }>(
      `/api/v1/customer/devices/${deviceId}/commands`,
      { type: 'restart_service', parameters: { service: 'kiosk' }, reason: 'The screen is frozen.' },
    );
    expect(body.state).toBe('awaiting_approval');
    const decision = `/api/v1/customer/approvals/${body.id}/decision`;
    const vote = { approved: true, digest: body.approval.digest };
    expect(await assistant.post(decision, vote)).toMatchObject({
      status: 403,
      body: { code: 'self_approval' },
    });
    const foreign = { approved: true, digest: '0'.repeat(64) };
    expect(await admin.post(decision, foreign)).toMatchObject({
      status: 412,
      body: { code: 'digest_mismatch' },
    });
    expect((await admin.post(decision, vote)).status).toBe(200);
    expect((await admin.post(decision, vote)).status).toBe(200);
    await ends(body.id, 'succeeded');
    expect(await admin.post(decision, { ...vote, approved: false })).toMatchObject({
      status: 409,
      body: { code: 'already_decided' },
    });
    const done = await admin.get(`/api/v1/customer/commands/${body.id}`);
    expect(done.body).toMatchObject({ result: { output: expect.stringContaining('kiosk is back') } });
  });

  it('never runs what was denied', async () => {
    const assistant = await newMember('operator');
    const { body } = await assistant.post<{ id: string; approval: { digest: string } }>(
      `/api/v1/customer/devices/${deviceId}/commands`,
      { type: 'restart_service', parameters: { service: 'kiosk' } },
    );
    const vote = { approved: false, digest: body.approval.digest, reason: 'Not during opening hours.' };
    const denied = await admin.post(`/api/v1/customer/approvals/${body.id}/decision`, vote);
    expect(denied.body).toMatchObject({ state: 'rejected', reason: 'approval_denied', attempt: 0 });
  });

  it('loses nothing when the gateway is killed, and the agent finds it again by itself', async () => {
    const before = await propose(admin, deviceId, { type: 'system_info', parameters: {} });
    await ends(before, 'succeeded');
    agent.kill('SIGSTOP');
    const waiting = await propose(admin, deviceId, { type: 'system_info', parameters: {} });
    await gateway.kill();
    agent.kill('SIGCONT');
    gateway = await startGateway();
    expect(await stateOf(admin, before)).toBe('succeeded');
    await eventually(async () => expect(await stateOf(admin, waiting)).toBe('succeeded'), {
      withinMs: 60_000,
      everyMs: 200,
    });
    const { body } = await admin.get<{ attempt: number; lapses: number }>(
      `/api/v1/customer/commands/${waiting}`,
    );
    expect(body.attempt - body.lapses).toBe(1);
  }, 90_000);

  it('stops the agent and the gateway cleanly on SIGTERM', async () => {
    const gone = once(agent, 'exit');
    agent.kill('SIGTERM');
    expect((await gone)[0]).toBe(0);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).toContain('"stage":"http server"');
    gateway = await startGateway();
  }, 60_000);

  /** A second person, made at the command line while the gateway runs. */
  async function newMember(role: string): Promise<ApiClient> {
    const env = { DATA_DIR: gateway.dataDir };
    const email = `${role}@test.example`;
    const user = await runCli(env, 'user', 'create', '--email', email);
    const { body: me } = await admin.get<{ customerId: string }>('/api/v1/customer/me');
    const { userId, password } = user.answer as { userId: string; password: string };
    const member = ['--customer-id', me.customerId, '--user-id', userId, '--role', role];
    expect((await runCli(env, 'member', 'add', ...member)).code).toBe(0);
    return signIn(gateway.url, { email, password });
  }
});
