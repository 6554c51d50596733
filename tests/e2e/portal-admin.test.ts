import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../support/api-client.js';
import { signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { runCli, startGatewayProcess } from '../support/gateway-process.js';
import type { Browser, Locator, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, isTakenIn, openPortal, signInAt } from '../support/portal/portal-page.js';

const path = '/api/v1/customer';

/** What admins look after, and what the log tells of it: a real browser, the built gateway and command line. */
describe('the portal for admins', () => {
  let folder: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let portal: PortalPage;
  let page: Page;
  let admin: ApiClient;
  let kim: { readonly userId: string; readonly password: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-portal-admin-'));
    [gateway, browser] = await Promise.all([
      startGatewayProcess({ dataDir: join(folder, 'gateway') }),
      openBrowser(),
    ]);
    admin = await signIn(gateway.url);
    const { answer } = await runCli(
      { DATA_DIR: join(folder, 'gateway') },
      'user',
      'create',
      '--email',
      'kim@test.example',
    );
    kim = answer as { userId: string; password: string };
    portal = await openPortal(browser, gateway.url);
    page = portal.page;
    await signInAt(page);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const dialog = (): Locator => page.getByRole('dialog');
  const button = (name: string, within: Page | Locator = page): Locator =>
    within.getByRole('button', { name, exact: true });

  it('says before it is tried that the only admin stays', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('The only admin: stays until there is another.').waitFor();
    expect(await page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
    await page.getByRole('button', { name: /^Edit/ }).click();
    expect(await dialog().getByLabel('Role').isDisabled()).toBe(true);
    await button('Leave it').click();
  });

  it('adds a member by e-mail, gives them another role, and removes them', async () => {
    await button('Add a member').click();
    await page.getByLabel('E-mail address or user id').fill('kim@test.example');
    await page.getByLabel('Name').fill('Kim \u202eWest');
    await page.getByLabel('Role').selectOption('operator');
    expect(await hindrancesOf(page)).toEqual([]);
    await button('Add', dialog()).click();
    const row = page.getByRole('listitem').filter({ hasText: kim.userId });
    await row.getByText('Operator').waitFor();
    await row.getByText('U+202E').first().waitFor();
    expect(await isTakenIn(page)).toBe(false);
    await row.getByRole('button', { name: /^Edit/ }).click();
    await page.getByLabel('Name').fill('Kim West');
    await page.getByLabel('Role').selectOption('approver');
    await button('Save', dialog()).click();
    await row.getByText('Approver').waitFor();
    await row.getByRole('button', { name: 'Remove Kim West' }).click();
    await button('Remove', dialog()).click();
    await row.waitFor({ state: 'detached' });
    const { body } = await admin.get<{ items: object[] }>(`${path}/members`);
    expect(body.items).toHaveLength(1);
  });

  it('shows a new key once, and revokes it', async () => {
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('No key yet.').waitFor();
    await button('Make a key').click();
    await page.getByLabel('Name').fill('backup');
    await page.getByLabel('Good for').selectOption('30');
    await button('Make it', dialog()).click();
    const secret = await page.locator('code', { hasText: /^fgk_/ }).innerText();
    const program = admin.with({ authorization: `Bearer ${secret}` });
    expect((await program.get(`${path}/devices`)).status).toBe(200);
    expect(await hindrancesOf(page)).toEqual([]);
    await button('I have kept it').click();
    expect(await page.getByText(secret).count()).toBe(0);
    await button('Revoke backup').click();
    await button('Revoke', dialog()).click();
    await page.getByText('No key yet.').waitFor();
    expect((await program.get(`${path}/devices`)).status).toBe(401);
  });

  it('takes a wish for a standing grant, another one’s word on it, and its end', async () => {
    const colleague = await signIn(gateway.url, { email: 'kim@test.example', password: kim.password });
    const body = { userId: kim.userId, name: 'Kim', role: 'approver' };
    expect((await admin.post(`${path}/members`, body)).status).toBe(201);
    await page.getByRole('link', { name: 'Standing grants' }).click();
    await page.getByText('Nothing was ever approved beforehand.').waitFor();
    await button('Ask for one').click();
    await dialog().getByLabel('Command', { exact: true }).selectOption('restart_service');
    await dialog().getByLabel('Label', { exact: true }).fill('kiosk');
    await dialog().getByLabel('Why').fill('It freezes every night.');
    await button('Ask for it', dialog()).click();
    await dialog().getByText('The parameters are not right').waitFor();
    await dialog()
      .getByLabel(/^Service/)
      .fill('kiosk');
    expect(await hindrancesOf(page)).toEqual([]);
    await button('Ask for it', dialog()).click();
    await page.getByText('1 of 1 missing').waitFor();
    // Nobody approves what they asked for themselves.
    expect(await page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);

    const { page: other } = await openPortal(browser, gateway.url);
    await signInAt(other, { email: 'kim@test.example', password: kim.password });
    await other.goto('/settings/standing-grants');
    await other.getByRole('button', { name: /^Approve/ }).click();
    await other.getByRole('region', { name: 'Exactly what is decided on' }).getByText('"kiosk"').waitFor();
    await button('Approve', other.getByRole('dialog')).click();
    await page.getByText('In force', { exact: true }).waitFor();
    await other.context().close();
    await page.getByRole('button', { name: /^Revoke/ }).click();
    await button('Revoke', dialog()).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    const { body: grants } = await colleague.get(`${path}/standing-grants`);
    expect(grants).toMatchObject({ items: [{ state: 'revoked', parameters: { service: 'kiosk' } }] });
    await page.getByRole('link', { name: 'Break-glass' }).click();
    await page.getByText('Nobody ever ran a command without approval.').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('overwrites no policy that somebody else changed meanwhile', async () => {
    await page.getByRole('link', { name: 'Policy' }).click();
    const change = page.getByRole('group', { name: 'Change', exact: true });
    await change.getByLabel('Approvals', { exact: true }).selectOption('2');
    await page.getByText('1 change is not saved.').waitFor();
    await change.getByText('Needs the approvals of 2 people').waitFor();

    const { body: read, headers } = await admin.get(`${path}/approval-policy`);
    const { read: looking, change: changing, destructive } = read;
    const theirs = {
      read: looking,
      change: { ...(changing as object), reasonRequired: true },
      destructive,
    };
    const put = await admin
      .with({ 'if-match': headers.get('etag') ?? '' })
      .send('PUT', `${path}/approval-policy`, theirs);
    expect(put.status).toBe(200);
    await page.getByText('Somebody else changed the policy meanwhile').waitFor();
    expect(await button('Save the policy').isDisabled()).toBe(true);
    expect(await hindrancesOf(page)).toEqual([]);
    await button('Put mine on top of theirs').click();
    await button('Save the policy').click();
    await page.getByText('Saved: version 3 is in force.').waitFor();
    const { body } = await admin.get(`${path}/approval-policy`);
    expect(body).toMatchObject({ version: 3, change: { approvals: 2, reasonRequired: true } });
  });

  it('says how the gateway does', async () => {
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByText('Works').first().waitFor();
    expect(await page.getByText('Works').count()).toBe(3);
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('tells all of it in plain words, the newest first, and what is new as it happens', async () => {
    await page.getByRole('link', { name: 'Activity' }).click();
    const entries = page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem');
    await entries.filter({ hasText: 'changed the approval policy' }).first().waitFor();
    // A page that never saw what is gone knows its name by the log alone.
    await page.reload();
    await entries.filter({ hasText: 'revoked the API key backup.' }).waitFor();
    await admin.post(`${path}/devices/provision`, { deviceId: 'rack-1', name: 'Rack in the shop' });
    await entries.first().getByText('added the device').waitFor();
    await entries.first().getByRole('link', { name: 'Rack in the shop' }).waitFor();
    await entries
      .first()
      .getByRole('button', { name: /^Details/ })
      .click();
    await entries.first().getByText('device.provisioned').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await entries.first().getByRole('link', { name: 'Rack in the shop' }).click();
    await page.getByRole('button', { name: /Only about Rack in the shop/ }).waitFor();
    await page.getByText('changed the approval policy').waitFor({ state: 'detached' });
    await eventually(async () => expect(await entries.count()).toBe(1));
    await page.getByRole('button', { name: /Only about/ }).click();
    await page.getByLabel('From entry').fill('2');
    await button('Go').click();
    const first = page.getByRole('list', { name: 'Entries, earliest first' }).getByRole('listitem').first();
    await first.getByText('a member, as admin').waitFor();
  });

  it('verifies the chain, and gives a copy that the command line verifies without the gateway', async () => {
    await button('Verify the chain').click();
    await page.getByText('The chain holds.').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), button('Export').click()]);
    const copy = join(folder, 'log.jsonl');
    await download.saveAs(copy);
    const command = await page.getByRole('region', { name: 'Command that verifies the export' }).innerText();
    expect(command).toContain(download.suggestedFilename());
    expect(await hindrancesOf(page)).toEqual([]);
    const [, head = ''] = / --head (\S+)/.exec(command) ?? [];
    const { answer } = await runCli({}, 'activity', 'verify', '--file', copy, '--head', head);
    const lines = (await readFile(copy, 'utf8')).trimEnd().split('\n');
    expect(answer).toMatchObject({ ok: true, entries: lines.length, brokenAt: null, last: head });
  });

  it('lets everybody read, and offers others nothing that only admins may', async () => {
    const { status } = await admin.send('PATCH', `${path}/members/${kim.userId}`, { role: 'viewer' });
    expect(status).toBe(200);
    const { page: other } = await openPortal(browser, gateway.url);
    await signInAt(other, { email: 'kim@test.example', password: kim.password });
    await other.getByRole('link', { name: 'Settings' }).click();
    await other.getByText('Only an admin adds, changes or removes members.').waitFor();
    await other.getByText('(you)').waitFor();
    await other.getByRole('link', { name: 'API keys' }).click();
    await other.getByText('Only an admin makes or revokes keys.').waitFor();
    await other.getByRole('link', { name: 'Policy' }).click();
    await other.getByText('Only an admin changes the policy.').waitFor();
    await other.getByText('Needs the approvals of 2 people').waitFor();
    const main = other.getByRole('main');
    expect(await main.getByRole('button').or(main.getByRole('textbox')).count()).toBe(0);
    expect(await hindrancesOf(other)).toEqual([]);
    await other.context().close();
  });

  it('was taken by the browser without a complaint', () => {
    expect(portal.complaints).toEqual([]);
  });
});
