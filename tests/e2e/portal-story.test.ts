import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../support/api-client.js';
import { propose, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, freePort, runCli, startGatewayProcess, testAdmin } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, isTakenIn, openPortal, signInAt } from '../support/portal/portal-page.js';

/** The portal as people use it: a real browser, the built gateway, the built agent. */
describe('the portal', () => {
  let folder: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let portal: PortalPage;
  let page: Page;
  let admin: ApiClient;
  let operator: ApiClient;
  const agents: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-portal-'));
    const port = await freePort();
    [gateway, browser] = await Promise.all([
      startGatewayProcess({ port, dataDir: join(folder, 'gateway') }),
      openBrowser(),
    ]);
    admin = await signIn(gateway.url);
    operator = await newMember('operator');
    portal = await openPortal(browser, gateway.url);
    page = portal.page;
  }, 60_000);

  afterAll(async () => {
    for (const agent of agents) agent.kill('SIGKILL');
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The very words of the portal, given to the built agent. */
  async function startAgent(command: string): Promise<void> {
    const kiosk = join(folder, 'restart-kiosk.mjs');
    await writeFile(kiosk, `#!${process.execPath}\nconsole.log('kiosk is back');\n`, { mode: 0o755 });
    await writeFile(join(folder, 'agent.json'), JSON.stringify({ restartPrograms: { kiosk } }));
    const [, args = ''] = command.split('npm run agent -- ');
    const own = ['--data-dir', join(folder, 'agent'), '--config', join(folder, 'agent.json')];
    const program = join(builtFolder, 'agent', 'main.js');
    agents.push(spawn(process.execPath, [program, ...args.trim().split(' '), ...own], { stdio: 'ignore' }));
  }

  async function newMember(role: string): Promise<ApiClient> {
    const env = { DATA_DIR: join(folder, 'gateway') };
    const email = `${role}@test.example`;
    const { answer } = await runCli(env, 'user', 'create', '--email', email);
    const { userId, password } = answer as { userId: string; password: string };
    const { body: me } = await admin.get<{ customerId: string }>('/api/v1/customer/me');
    await runCli(env, 'member', 'add', '--customer-id', me.customerId, '--user-id', userId, '--role', role);
    return signIn(gateway.url, { email, password });
  }

  it('says what is wrong with a sign-in, and what to do', async () => {
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByLabel('E-mail').fill(testAdmin.email);
    await page.getByLabel('Password').fill('not-it');
    await page.keyboard.press('Enter');
    await page.getByText('E-mail or password is not right.').first().waitFor();
    // The browser itself notes every answer that is a refusal.
    expect(portal.complaints.filter((complaint) => !complaint.includes('400 (Bad Request)'))).toEqual([]);
    (portal.complaints as string[]).length = 0;
  });

  it('leads whoever has no device yet to the first one', async () => {
    await signInAt(page);
    await page.getByRole('heading', { name: 'No device yet' }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Add a device' }).last().click();
    await page.getByLabel('Name').fill('Rack in the shop');
    await page.getByLabel('Id').fill('rack-1');
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add the device' }).click();
    await page.getByRole('img', { name: 'QR code of the command that starts the agent' }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('turns to connected by itself when the agent was started with the command that it shows', async () => {
    await startAgent(await page.getByRole('region', { name: 'Command that starts the agent' }).innerText());
    await page.getByRole('link', { name: 'Go to the device' }).click();
    await page.getByRole('heading', { name: 'Rack in the shop' }).waitFor();
    await page.getByText('Online').waitFor();
  });

  it('runs a diagnostic from a form, and shows its output as soon as it is there', async () => {
    await page.getByLabel('Command', { exact: true }).selectOption('ping');
    await page.getByRole('button', { name: 'Run the diagnostic' }).click();
    await page.getByText('This is needed.').waitFor();
    await page.getByLabel('Command', { exact: true }).selectOption('system_info');
    await page.getByRole('button', { name: 'Run the diagnostic' }).click();
    const output = page.getByRole('region', { name: 'Output of Describe the system' });
    await output.getByText('hostname:').waitFor();
    await page.getByText('Succeeded').waitFor();
    await page.getByRole('img', { name: /^Processor in the last hour/ }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('says first what is wrong with a device, such as a queue that somebody has paused', async () => {
    const standing = page.getByRole('status', { name: 'How it does' });
    await standing.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('button', { name: 'Pause the queue' }).click();
    await page.getByLabel('Why').fill('Stocktaking until noon.');
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Pause it' }).click();
    await standing.getByText('nothing new is handed out').waitFor();
    await standing.getByText('Stocktaking until noon.').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Let the queue go on' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).click();
    await standing.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign it out' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('shows a hostile name and a hostile reason harmlessly, wherever they stand', async () => {
    const { status } = await admin.send('PATCH', '/api/v1/customer/devices/rack-1', {
      name: 'Rack \u202egnp.exe<img src=x onerror=alert(1)>',
    });
    expect(status).toBe(200);
    await page.getByRole('heading', { name: /U\+202E/ }).waitFor();
    expect(await isTakenIn(page)).toBe(false);
    await page.getByRole('link', { name: 'Devices', exact: true }).last().click();
    await page.getByRole('link', { name: /U\+202E/ }).waitFor();
    expect(await isTakenIn(page)).toBe(false);
    expect(await hindrancesOf(page)).toEqual([]);
    await admin.send('PATCH', '/api/v1/customer/devices/rack-1', { name: 'Rack in the shop' });
    await page.getByRole('link', { name: 'Rack in the shop' }).waitFor();
  });

  it('finds devices by a part of their name', async () => {
    await admin.post('/api/v1/customer/devices/provision', { name: 'Till', labels: ['berlin'] });
    await page.getByRole('link', { name: 'Till' }).waitFor();
    await page.getByRole('searchbox').fill('rack');
    await page.getByRole('link', { name: 'Till' }).waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No device fits this search.').waitFor();
    await page.getByRole('link', { name: 'Show every device' }).click();
    await page.getByRole('button', { name: 'berlin' }).click();
    await page.getByRole('link', { name: 'Rack in the shop' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Till' }).waitFor();
    await page.getByRole('button', { name: /No longer only label/ }).click();
  });

  it('counts devices by how they stand, narrows them down to one state, and turns their order', async () => {
    const names = () => page.getByRole('table').getByRole('link').allInnerTexts();
    await page.getByRole('button', { name: 'Waits for its agent 1' }).click();
    await eventually(async () => expect(await names()).toEqual(['Till']));
    await page.getByRole('button', { name: 'All 2' }).click();
    await page.getByRole('columnheader', { name: 'Device' }).getByRole('button').click();
    await eventually(async () => expect(await names()).toEqual(['Till', 'Rack in the shop']));
    await page.getByRole('columnheader', { name: 'State' }).getByRole('button').click();
    await eventually(async () => expect(await names()).toEqual(['Rack in the shop', 'Till']));
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('shows a proposal by itself, lets it be approved for a reason, and then its output', async () => {
    await page.getByRole('link', { name: 'Approvals' }).click();
    await page.getByText('Nothing waits for a decision.').waitFor();
    await propose(operator, 'rack-1', {
      type: 'restart_service',
      parameters: { service: 'kiosk' },
      reason: 'The screen is frozen.',
    });
    await page.getByText('The screen is frozen.').waitFor();
    await page.getByText('"kiosk"').waitFor();
    await page.getByText('There is none of its kind that was approved before').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByLabel('Reason').fill('Seen on the camera.');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for a decision.').waitFor();
    await page.goto('/devices/rack-1');
    await page.locator('summary', { hasText: 'Restart a service' }).click();
    await page
      .getByRole('region', { name: 'Output of Restart a service' })
      .getByText('kiosk is back')
      .waitFor();
    await page.getByText('Seen on the camera.').waitFor();
  });

  it('lays a proposal beside what was approved last, and takes a denial', async () => {
    const id = await propose(operator, 'rack-1', {
      type: 'restart_service',
      parameters: { service: 'nginx' },
    });
    await page.getByRole('link', { name: /Approvals/ }).click();
    await page.getByText('1 line differs from what was approved last').waitFor();
    await page.getByRole('deletion').getByText('"kiosk"').waitFor();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByLabel('Reason').fill('Not during opening hours.');
    await page.getByRole('dialog').getByRole('button', { name: 'Deny' }).click();
    await page.getByText('Nothing waits for a decision.').waitFor();
    const { body } = await admin.get(`/api/v1/customer/commands/${id}`);
    expect(body).toMatchObject({
      state: 'rejected',
      approval: { decisions: [{ reason: 'Not during opening hours.' }] },
    });
  });

  it('renews its token in place, long before it runs out', async () => {
    const auths = (): number =>
      (portal.connections.at(-1)?.sent ?? []).filter((text) => text.includes('"auth"')).length;
    await eventually(() => expect(auths()).toBe(1));
    const before = portal.connections.length;
    // As an hour later: the browser believes that its token is about to run out.
    await page.evaluate(`{
      const kept = JSON.parse(localStorage.getItem('fieldgate-sign-in'));
      kept.expires_at = Math.floor(Date.now() / 1000) + 30;
      localStorage.setItem('fieldgate-sign-in', JSON.stringify(kept));
    }`);
    await page.getByRole('link', { name: 'Devices', exact: true }).first().click();
    await page.getByRole('link', { name: 'Rack in the shop' }).waitFor();
    await eventually(() => expect(auths()).toBe(2));
    expect(portal.connections.length).toBe(before);
  });

  it('was taken by the browser without a complaint', () => {
    expect(portal.complaints).toEqual([]);
  });

  it('misses nothing while the network is away, and says since when it is not live', async () => {
    const { page: other } = await openPortal(browser, gateway.url);
    await signInAt(other);
    await other.goto('/devices/rack-1');
    await other.getByRole('heading', { name: 'Rack in the shop' }).waitFor();
    await other.locator('summary', { hasText: 'Describe the system' }).first().waitFor();
    await other.context().setOffline(true);
    await other.getByText(/^Not live since/).waitFor();
    await propose(admin, 'rack-1', { type: 'disk_usage', parameters: {} });
    await other.context().setOffline(false);
    await other.locator('summary', { hasText: 'Show disk usage' }).getByText('Succeeded').waitFor();
    await other.getByText(/^Not live since/).waitFor({ state: 'detached' });
    await other.context().close();
  });

  it('shows a viewer what is there, and nothing that only others may do', async () => {
    const { page: other } = await openPortal(browser, gateway.url);
    const env = { DATA_DIR: join(folder, 'gateway') };
    const { answer } = await runCli(env, 'user', 'create', '--email', 'viewer@test.example');
    const { userId, password } = answer as { userId: string; password: string };
    await other.getByLabel('E-mail').fill('viewer@test.example');
    await other.getByLabel('Password').fill(password);
    await other.keyboard.press('Enter');
    await other.getByRole('heading', { name: 'No customer yet' }).waitFor();
    const { body: me } = await admin.get<{ customerId: string }>('/api/v1/customer/me');
    await runCli(
      env,
      'member',
      'add',
      '--customer-id',
      me.customerId,
      '--user-id',
      userId,
      '--role',
      'viewer',
    );
    await runCli(env, 'customer', 'create', '--name', 'Second company', '--admin-user-id', userId);
    await other.reload();
    await other.getByRole('button', { name: /Second company/ }).waitFor();
    await other.getByRole('button', { name: /viewer/ }).click();
    await other.getByRole('link', { name: 'Rack in the shop' }).click();
    await other.getByText('You look on as a viewer.').waitFor();
    expect(await other.getByRole('button', { name: /Suspend|Retire|Run/ }).count()).toBe(0);
    expect(await hindrancesOf(other)).toEqual([]);
    await other.context().close();
  });
});
