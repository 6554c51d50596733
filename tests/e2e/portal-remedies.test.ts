import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import { newDevice, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import type { Browser, Locator, Page, Route } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, openPortal, signInAt } from '../support/portal/portal-page.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';

const path = '/api/v1/customer';
const rule = {
  approvals: 1,
  roles: ['approver', 'admin'],
  selfApproval: true,
  mfa: false,
  windowMs: 900_000,
  reasonRequired: false,
};

/** What people do when something went wrong: a real browser, the built gateway, and a database to look into. */
describe('the portal when something went wrong', () => {
  let database: TestDatabase;
  let gateway: GatewayProcess;
  let browser: Browser;
  let portal: PortalPage;
  let page: Page;
  let admin: ApiClient;
  let device: TestDevice;

  beforeAll(async () => {
    database = await createTestDatabase();
    [gateway, browser] = await Promise.all([
      startGatewayProcess({ env: { DATABASE_URL: database.url } }),
      openBrowser(),
    ]);
    admin = await signIn(gateway.url);
    const rules = { read: { ...rule, approvals: 0 }, change: rule, destructive: { ...rule, approvals: 0 } };
    await admin.with({ 'if-match': '"1"' }).send('PUT', `${path}/approval-policy`, rules);
    device = await newDevice(admin, 'Rack in the shop');
    portal = await openPortal(browser, gateway.url);
    page = portal.page;
    await signInAt(page);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await database.drop();
  });

  const dialog = (): Locator => page.getByRole('dialog');
  const button = (name: string, within: Page | Locator = page): Locator =>
    within.getByRole('button', { name, exact: true });
  const commands = (): Locator => page.getByRole('list', { name: 'Commands, newest first' });
  const propose = async (body: object): Promise<string> => {
    const { body: command } = await admin.post<{ id: string }>(`${path}/devices/${device.id}/commands`, body);
    return command.id;
  };
  const stateOf = async (id: string): Promise<unknown> =>
    (await admin.get<{ state: string }>(`${path}/commands/${id}`)).body.state;

  /**
   * Keeps the answer back until the page shows what the live events tell of it: they may well be faster. What shows may
   * go again with the next event: `answered` is to be waited for before anything else is done.
   */
  const answerOnceItShows = async (
    url: string,
    shown: Locator,
  ): Promise<{ readonly answered: Promise<unknown> }> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const answer = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      await shown.first().waitFor();
      await route.fulfill({ response });
    };
    await page.route(
      url,
      (route) => {
        resolve(answer(route));
      },
      { times: 1 },
    );
    return { answered: promise };
  };

  it('has a person say how something ended that must not run twice', async () => {
    const script = { type: 'run_script', parameters: { script: 'tidy' }, visibilityTimeoutMs: 1_000 };
    const id = await propose(script);
    await device.api.post('/api/v1/device/commands/claim', { waitMs: 5_000 });
    await eventually(async () => expect(await stateOf(id)).toBe('unknown_outcome'), { withinMs: 15_000 });
    await page.goto(`/devices/${device.id}`);
    await commands().getByText('Outcome unknown').click();
    await page.getByText('a person has to settle it').waitFor();
    await button('Say how it ended…').click();
    await dialog().getByLabel('How it ended').selectOption('It was not done');
    await button('Record it', dialog()).click();
    // The browser asks for the reason; nothing was sent.
    expect(await stateOf(id)).toBe('unknown_outcome');
    await dialog().getByLabel('How you found out').fill('The disk is as full as before.');
    expect(await hindrancesOf(page)).toEqual([]);
    await button('Record it', dialog()).click();
    await commands().getByText('Cancelled').waitFor();
    expect(await stateOf(id)).toBe('cancelled');
  });

  it('proposes the same again, once for a double click', async () => {
    await button('Propose it again…').click();
    await button('Propose it again', dialog()).dblclick();
    await page.getByText('It was proposed again').waitFor();
    await commands().getByText('Queued').waitFor();
    const { body } = await admin.get<{ items: { redriveOf: string | null }[] }>(`${path}/commands`);
    expect(body.items).toHaveLength(2);
    expect(body.items[0]?.redriveOf).not.toBeNull();
  });

  it('compares what waits with the very envelope that was approved last', async () => {
    const restart = (service: string) => ({ type: 'restart_service', parameters: { service } });
    const first = await propose(restart('kiosk'));
    const { body: command } = await admin.get<{ approval: { digest: string } }>(`${path}/commands/${first}`);
    const { digest } = command.approval;
    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByText('There is none of its kind that was approved before').waitFor();
    await admin.post(`${path}/approvals/${first}/decision`, { approved: true, digest });
    await page.getByText('Nothing waits for a decision.').waitFor();
    await propose(restart('nginx'));
    await page.getByText('1 line differs from what was approved last on this device').waitFor();
    const changed = page.locator('dt', { hasText: 'parameters.service' });
    expect(await changed.innerText()).toContain('differs');
    expect(await page.locator('del').allInnerTexts()).toEqual(['"kiosk"']);
    expect(await page.locator('ins').allInnerTexts()).toEqual(['"nginx"']);
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('asks nothing anew when what was done shows before its answer has come', async () => {
    await page.goto(`/devices/${device.id}`);
    const { answered } = await answerOnceItShows(
      `**${path}/devices/*/queue/pause`,
      page.getByText('nothing new is handed out'),
    );
    await button('Pause the queue').click();
    await button('Pause it', dialog()).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await answered;
    expect(
      (await admin.get<{ queue: object }>(`${path}/devices/${device.id}/status`)).body.queue,
    ).toMatchObject({
      pause: { reason: null },
    });
    await button('Let the queue go on').click();
    await button('Let it go on', dialog()).click();
    await button('Pause the queue').waitFor();
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  it('says why the queue cannot be paused when somebody else did it meanwhile', async () => {
    await button('Pause the queue').click();
    await admin.post(`${path}/devices/${device.id}/queue/pause`, { reason: null });
    await dialog().getByText('The queue is paused already.').waitFor();
    expect(await button('Pause it', dialog()).isDisabled()).toBe(true);
    expect(await hindrancesOf(page)).toEqual([]);
    await button('Close', dialog()).click();
    await button('Let the queue go on').waitFor();
  });

  it('asks nothing anew about a command that ends after it was called off', async () => {
    const till = await newDevice(admin, 'Till');
    const proposal = { type: 'system_info', parameters: {} };
    const proposed = await admin.post<{ id: string }>(`${path}/devices/${till.id}/commands`, proposal);
    const { id } = proposed.body;
    const claim = await till.api.post<{ commands: { claimToken: string }[] }>(
      '/api/v1/device/commands/claim',
      {},
    );
    const claimToken = claim.body.commands[0]?.claimToken;
    await page.goto(`/devices/${till.id}`);
    await commands().getByText('Running').click();
    const { answered } = await answerOnceItShows(
      `**${path}/commands/${id}/cancel`,
      page.getByText('The device was asked to stop it.'),
    );
    await button('Cancel the command').click();
    await button('Cancel the command', dialog()).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await answered;
    await till.api.post(`/api/v1/device/commands/${id}/result`, { claimToken, status: 'cancelled' });
    await button('Propose it again…').waitFor();
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('says where the log was tampered with', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query('alter table fieldgate.activity_entries disable trigger all');
    await owner.query(`update fieldgate.activity_entries set data = '{"name":"Nobody"}' where seq = 2`);
    await owner.end();
    await page.getByRole('link', { name: 'Activity' }).click();
    await button('Verify the chain').click();
    await page.getByText('The chain is broken at entry 2.').waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('was taken by the browser without a complaint', () => {
    expect(portal.complaints).toEqual([]);
  });
});
