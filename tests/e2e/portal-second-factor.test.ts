import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ApiClient, propose, signIn, stateOf } from '../support/api-client.js';
import { codeAt, wrongCodeAt } from '../support/authenticator-app.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { runCli, startGatewayProcess, testAdmin } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, openPortal, signInAt } from '../support/portal/portal-page.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';

const newPassword = 'another correct horse';

/** A second factor of the local identity, from its enrolment to something destructive that it lets run. */
describe('a second factor at the portal', () => {
  let folder: string;
  let database: TestDatabase;
  let gateway: GatewayProcess;
  let browser: Browser;
  let portal: PortalPage;
  let page: Page;
  let operator: ApiClient;
  let command: string;
  let secret: string;
  /** The step of 30 s in which the story began: its codes are those before, of and after it. */
  let begun: Date;

  const cli = (...args: readonly string[]) =>
    runCli({ DATA_DIR: join(folder, 'gateway'), DATABASE_URL: database.url }, ...args);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-second-factor-'));
    database = await createTestDatabase();
    [gateway, browser] = await Promise.all([
      startGatewayProcess({ dataDir: join(folder, 'gateway'), env: { DATABASE_URL: database.url } }),
      openBrowser(),
    ]);
    const admin = await signIn(gateway.url);
    await admin.post('/api/v1/customer/devices/provision', { deviceId: 'rack-1', name: 'Rack in the shop' });
    operator = await newOperator(admin);
    command = await propose(operator, 'rack-1', {
      ...{ type: 'run_script', parameters: { script: 'tidy' } },
      reason: 'The disk is full.',
    });
    portal = await openPortal(browser, gateway.url);
    page = portal.page;
    await signInAt(page);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function newOperator(admin: ApiClient): Promise<ApiClient> {
    const email = 'operator@test.example';
    const { answer } = await cli('user', 'create', '--email', email);
    const { userId, password } = answer as { userId: string; password: string };
    const { body } = await admin.get<{ customerId: string }>('/api/v1/customer/me');
    await cli(
      ...['member', 'add', '--customer-id', body.customerId, '--user-id', userId, '--role', 'operator'],
    );
    return signIn(gateway.url, { email, password });
  }

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const code = (steps: number) => codeAt(secret, begun, steps);

  async function openAccount(): Promise<void> {
    await page.locator('summary').filter({ hasText: 'First customer' }).click();
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
  }

  async function signOut(): Promise<void> {
    await page.locator('summary').filter({ hasText: 'First customer' }).click();
    await button('Sign out').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  }

  /** A step of 30 s that goes on for long enough that what follows happens in it. */
  const inAStepThatLasts = () =>
    eventually(
      () => {
        begun = new Date();
        if (begun.getTime() % 30_000 > 15_000) throw new Error('the step is about to end');
        return Promise.resolve();
      },
      { withinMs: 20_000 },
    );

  it('is missed where something destructive waits, with the way to get one', async () => {
    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByText('Destructive: cannot be undone').waitFor();
    await page
      .getByText('Deciding this needs a second factor, and your account has no authenticator app.')
      .waitFor();
    expect(await button('Approve…').count()).toBe(0);
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Set up an authenticator app' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.getByText('No authenticator app yet.').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    expect(portal.complaints).toEqual([]);
  });

  it('is enrolled by a picture or by its key, and counts once its first code was right', async () => {
    await button('Add an authenticator app').click();
    await page.getByLabel('Name').fill('Left behind');
    await button('Go on').click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await button('Leave it').click();
    await button('Add an authenticator app').click();
    await page.getByLabel('Name').fill('My phone');
    await button('Go on').click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    secret = (await page.locator('code').innerText()).replaceAll(' ', '');
    await inAStepThatLasts();
    await page.getByLabel('Code that the app shows now').fill(wrongCodeAt(secret, begun));
    await button('Check the code').click();
    await page.getByText('The code is not right').first().waitFor();
    await page.getByLabel('Code that the app shows now').fill(code(-1));
    await button('Check the code').click();
    await page.getByText('Your second factor works.').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'My phone' }).waitFor();
    expect(await page.getByText('Left behind').count()).toBe(0);
    // The browser itself notes every answer that is a refusal.
    expect(portal.complaints.filter((complaint) => !complaint.includes('422'))).toEqual([]);
    (portal.complaints as string[]).length = 0;
  });

  it('is asked for at the next sign-in, which says when the code is wrong', async () => {
    await signOut();
    await page.getByLabel('E-mail').fill(testAdmin.email);
    await page.getByLabel('Password').fill(testAdmin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByLabel('Code').fill(wrongCodeAt(secret, new Date()));
    await page.keyboard.press('Enter');
    await page.getByText('The code is not right').first().waitFor();
    await page.getByLabel('Code').fill(`${code(0).slice(0, 3)} ${code(0).slice(3)}`);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    expect(portal.complaints.filter((complaint) => !complaint.includes('422'))).toEqual([]);
    (portal.complaints as string[]).length = 0;
  });

  it('is asked for once more when it was used too long ago, and then the decision goes on', async () => {
    await sixMinutesLater();
    await page.goto('/approvals');
    await button('Approve…').click();
    await button('Approve').click();
    await page.getByText('This needs your second factor once more.').waitFor();
    expect(await stateOf(operator, command)).toBe('awaiting_approval');
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByLabel('Code').fill(code(1));
    await button('Approve').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await stateOf(operator, command)).toBe('queued');
    await page.getByText('Destructive: cannot be undone').waitFor({ state: 'detached' });
    expect(portal.complaints.filter((complaint) => !complaint.includes('403'))).toEqual([]);
    (portal.complaints as string[]).length = 0;
  });

  it('lets an admin break the glass', async () => {
    const token = await page.evaluate<string>(
      `JSON.parse(localStorage.getItem('fieldgate-sign-in')).access_token`,
    );
    const admin = new ApiClient(gateway.url, { authorization: `Bearer ${token}` });
    const { status, body } = await admin.post('/api/v1/customer/devices/rack-1/break-glass', {
      ...{ type: 'run_script', parameters: { script: 'tidy' } },
      reason: 'The shop is closed and nobody answers the phone.',
    });
    expect([status, body['state']]).toEqual([201, 'queued']);
  });

  it('has a second one beside it, and each is asked for its own code', async () => {
    await page.getByRole('link', { name: 'Devices' }).click();
    await openAccount();
    await button('Add an authenticator app').click();
    await page.getByLabel('Name').fill('Tablet');
    await button('Go on').click();
    const tablet = (await page.locator('code').innerText()).replaceAll(' ', '');
    await inAStepThatLasts();
    await page.getByLabel('Code that the app shows now').fill(codeAt(tablet, begun));
    await button('Check the code').click();
    await page.getByRole('listitem').filter({ hasText: 'Tablet' }).waitFor();
    await signOut();
    await page.getByLabel('E-mail').fill(testAdmin.email);
    await page.getByLabel('Password').fill(testAdmin.password);
    await page.keyboard.press('Enter');
    await page.getByLabel('Authenticator app').selectOption('Tablet');
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByLabel('Code').fill(codeAt(tablet, begun, 1));
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  });

  it('lets change the password, which is the one from then on', async () => {
    await openAccount();
    await page.getByLabel('New password').fill(newPassword);
    await page.getByLabel('Once more').fill('something else');
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('Once more').fill(newPassword);
    await button('Change the password').click();
    await page.getByText('Your password was changed.').waitFor();
  });

  it('is removed, and asked for no more', async () => {
    for (const name of ['My phone', 'Tablet']) {
      await button(`Remove ${name}`).click();
      await button('Remove').click();
      await page.getByRole('listitem').filter({ hasText: name }).waitFor({ state: 'detached' });
    }
    await page.getByText('No authenticator app yet.').waitFor();
    await signOut();
    await signInAt(page, { ...testAdmin, password: newPassword });
    expect(portal.complaints).toEqual([]);
  });

  it('that is lost is removed by the operator of the gateway, by the address of its person', async () => {
    const reset = await cli('user', 'reset-factors', '--email', 'operator@test.example');
    expect(reset).toMatchObject({ code: 0, answer: { removed: 0, email: 'operator@test.example' } });
    const unknown = await cli('user', 'reset-factors', '--email', 'nobody@test.example');
    expect(unknown.code).toBe(1);
    expect(JSON.stringify(unknown)).toContain('Nobody has this e-mail address.');
  });

  /** The factor was used six minutes earlier than it was, and the browser has heard of it. */
  async function sixMinutesLater(): Promise<void> {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(
      `update fieldgate.local_sessions set factor_used_at = factor_used_at - interval '6 minutes'`,
    );
    await owner.end();
    await page.evaluate(`{
      const kept = JSON.parse(localStorage.getItem('fieldgate-sign-in'));
      kept.expires_at = Math.floor(Date.now() / 1000) - 10;
      localStorage.setItem('fieldgate-sign-in', JSON.stringify(kept));
    }`);
  }
});
