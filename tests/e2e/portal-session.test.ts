import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../support/api-client.js';
import { signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, runCli, startGatewayProcess } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, isTakenIn, openPortal, signInAt } from '../support/portal/portal-page.js';

/** A support session as two people live it: one works on a device, the other decides. */
describe('a support session in the portal', () => {
  let folder: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let admin: ApiClient;
  let agent: ChildProcess;
  let [ola, ada]: readonly (PortalPage | undefined)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-session-'));
    [gateway, browser] = await Promise.all([
      startGatewayProcess({ dataDir: join(folder, 'gateway') }),
      openBrowser(),
    ]);
    admin = await signIn(gateway.url);
    [ola, ada] = await Promise.all([
      newMember('Ola', 'operator'),
      newMember('Ada \u202eadA', 'approver'),
      startAgent(),
    ]);
  }, 60_000);

  afterAll(async () => {
    agent.kill('SIGKILL');
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Somebody in front of a window of their own, signed in. */
  async function newMember(name: string, role: string): Promise<PortalPage> {
    const email = `${role}@test.example`;
    const env = { DATA_DIR: join(folder, 'gateway') };
    const { answer } = await runCli(env, 'user', 'create', '--email', email);
    const { userId, password } = answer as { userId: string; password: string };
    const { status } = await admin.post('/api/v1/customer/members', { userId, name, role });
    expect(status).toBe(201);
    const portal = await openPortal(browser, gateway.url);
    await signInAt(portal.page, { email, password });
    return portal;
  }

  /** The built agent, on a device whose kiosk comes back when the test lets it. */
  async function startAgent(): Promise<void> {
    const kiosk = join(folder, 'restart-kiosk.mjs');
    const script = [
      `#!${process.execPath}`,
      `import { existsSync } from 'node:fs';`,
      `console.log('kiosk \\u202e stops');`,
      `while (!existsSync(${JSON.stringify(join(folder, 'go-on'))})) await new Promise((done) => setTimeout(done, 50));`,
      `console.log('kiosk is back');`,
    ];
    await writeFile(kiosk, script.join('\n'), { mode: 0o755 });
    await writeFile(join(folder, 'agent.json'), JSON.stringify({ restartPrograms: { kiosk } }));
    const { body } = await admin.post<{ activationCode: string }>('/api/v1/customer/devices/provision', {
      deviceId: 'rack-1',
      name: 'Rack in the shop',
    });
    const args = [
      ['--url', gateway.url, '--device-id', 'rack-1', '--activation-code', body.activationCode],
      ['--data-dir', join(folder, 'agent'), '--config', join(folder, 'agent.json')],
    ].flat();
    agent = spawn(process.execPath, [join(builtFolder, 'agent', 'main.js'), ...args], { stdio: 'ignore' });
  }

  function pages(): { readonly ola: Page; readonly ada: Page } {
    if (ola === undefined || ada === undefined) throw new Error('nobody has signed in');
    return { ola: ola.page, ada: ada.page };
  }

  const doing = /Run|Propose (?!it again)|Close|Approve|Deny|Cancel/;
  const timeline = (page: Page) => page.getByRole('list', { name: 'What happened, the earliest first' });
  const story = (page: Page, title: string) =>
    page.getByRole('listitem').filter({
      has: page.getByRole('heading', { name: title }),
    });

  it('is opened from its device, and seen by everybody', async () => {
    const { ola, ada } = pages();
    await ada.getByRole('link', { name: 'Sessions' }).click();
    await ada.getByRole('heading', { name: 'No session yet' }).waitFor();
    await ola.getByRole('link', { name: 'Rack in the shop' }).click();
    await ola.getByText('Online').waitFor();
    await ola.getByRole('button', { name: 'Open a session' }).click();
    await ola.getByLabel('Description').fill('The kiosk shows nothing.');
    await ola.getByLabel('It ends by itself after').selectOption('4 hours');
    expect(await hindrancesOf(ola)).toEqual([]);
    await ola.getByRole('dialog').getByRole('button', { name: 'Open the session' }).click();
    await ola.getByRole('heading', { name: 'Diagnostic session on Rack in the shop' }).waitFor();
    await timeline(ola).getByText('Ola opened the session: The kiosk shows nothing.').waitFor();
    await ada.getByRole('link', { name: 'Diagnostic on Rack in the shop' }).click();
    await ada.getByText('Nothing was asked of the device in this session yet.').waitFor();
  });

  it('shows a diagnostic and its output to both', async () => {
    const { ola, ada } = pages();
    await ola.getByLabel('Command', { exact: true }).selectOption('system_info');
    await ola.getByRole('button', { name: 'Run the diagnostic' }).click();
    for (const page of [ola, ada]) {
      const block = story(page, 'Describe the system');
      await block.getByText('Ola asked for it').waitFor();
      await block.getByText('The device reported: succeeded').waitFor();
      await block
        .getByRole('region', { name: 'Output of Describe the system' })
        .getByText('hostname:')
        .waitFor();
      await block.getByText('Succeeded', { exact: true }).waitFor();
    }
  });

  it('lets another member approve a change for what they saw, and shows it run', async () => {
    const { ola, ada } = pages();
    await ola.getByLabel('Command', { exact: true }).selectOption('restart_service');
    await ola.getByLabel('Service').fill('kiosk');
    await ola.getByLabel('Why').fill('The screen is frozen.');
    await ola.getByRole('button', { name: 'Propose the change' }).click();
    await ola.getByText('You cannot decide this one.').waitFor();
    expect(await ola.getByRole('button', { name: /Approve|Deny/ }).count()).toBe(0);
    await ada.getByRole('link', { name: 'Restart a service waits' }).click();
    const block = story(ada, 'Restart a service');
    await block.getByText('The screen is frozen.').waitFor();
    await block.getByText('"kiosk"').waitFor();
    expect(await hindrancesOf(ada)).toEqual([]);
    await block.getByRole('button', { name: 'Approve' }).click();
    await ada.getByLabel('Reason').fill('Seen on the camera.');
    await ada.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    const seen = story(ola, 'Restart a service');
    await seen.getByText('approved it: Seen on the camera.').waitFor();
    const output = seen.getByRole('region', { name: 'Output of Restart a service' });
    await output.getByText('kiosk').waitFor();
    await seen.getByText('As far as it was heard.').waitFor();
    expect(await isTakenIn(ola)).toBe(false);
    expect(await hindrancesOf(ola)).toEqual([]);
    await writeFile(join(folder, 'go-on'), '');
    await output.getByText('kiosk is back').waitFor();
    await seen.getByText('The device reported: succeeded').waitFor();
    await seen.getByText('As far as it was heard.').waitFor({ state: 'detached' });
  });

  it('goes on after the network was away, with nothing twice and nothing missing', async () => {
    const { ola, ada } = pages();
    await ola.context().setOffline(true);
    await ada.getByLabel('Command', { exact: true }).selectOption('disk_usage');
    await ada.getByRole('button', { name: 'Run the diagnostic' }).click();
    await story(ada, 'Show disk usage').getByText('Succeeded', { exact: true }).waitFor();
    await ola.context().setOffline(false);
    const block = story(ola, 'Show disk usage');
    await block.getByText('Succeeded', { exact: true }).waitFor();
    const told = (page: Page) => story(page, 'Show disk usage').getByRole('listitem').allInnerTexts();
    expect(await told(ola)).toEqual(await told(ada));
    expect(await told(ola)).toHaveLength(3);
  });

  it('takes a denial, and says by whom and why', async () => {
    const { ola, ada } = pages();
    await ola.getByLabel('Command', { exact: true }).selectOption('flush_dns_cache');
    await ola.getByRole('button', { name: 'Propose the change' }).click();
    const block = story(ada, 'Flush the DNS cache');
    await block.getByRole('button', { name: 'Deny' }).click();
    await ada.getByLabel('Reason').fill('Not during opening hours.');
    await ada.getByRole('dialog').getByRole('button', { name: 'Deny' }).click();
    const seen = story(ola, 'Flush the DNS cache');
    await seen.getByText('denied it: Not during opening hours.').waitFor();
    await seen.getByText('Denied', { exact: true }).waitFor();
  });

  it('is only looked at by a viewer, from the moment that somebody becomes one', async () => {
    const { ada } = pages();
    const { body } = await admin.get<{ items: readonly { userId: string; role: string }[] }>(
      '/api/v1/customer/members',
    );
    const approver = body.items.find(({ role }) => role === 'approver')?.userId ?? '';
    await admin.send('PATCH', `/api/v1/customer/members/${approver}`, { role: 'viewer' });
    await ada.getByText('You look on as a viewer.').waitFor();
    expect(await ada.getByRole('button', { name: doing }).count()).toBe(0);
  });

  it('ends with what has not begun, after saying so, and can be read from then on', async () => {
    const { ola, ada } = pages();
    await ola.getByRole('button', { name: 'Propose the change' }).click();
    await ola.getByRole('link', { name: 'Flush the DNS cache waits' }).waitFor();
    await ola.getByRole('button', { name: 'Close the session' }).click();
    await ola.getByRole('dialog').getByText('This has not begun, and is called off:').waitFor();
    await ola.getByRole('dialog').getByRole('button', { name: 'Close the session' }).click();
    for (const page of [ola, ada]) {
      await page.getByText('This session is over.').waitFor();
      await timeline(page).getByText('Ola closed the session; 1 command was called off').waitFor();
      await eventually(async () => expect(await page.getByRole('button', { name: doing }).count()).toBe(0));
    }
    await ola.reload();
    await story(ola, 'Restart a service').getByText('kiosk is back').waitFor();
    expect(await hindrancesOf(ola)).toEqual([]);
    await ola.getByRole('link', { name: 'Sessions' }).first().click();
    await ola.getByText('Closed').last().waitFor();
    expect(await hindrancesOf(ola)).toEqual([]);
  });

  it('was taken by the browser without a complaint', () => {
    const complaints = [ola, ada].flatMap((portal) => portal?.complaints ?? []);
    expect(complaints.filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });
});
