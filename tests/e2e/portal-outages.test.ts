import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import { claim, newDevice, propose, signIn } from '../support/api-client.js';
import type { CuttingProxy } from '../support/cutting-proxy.js';
import { openCuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { freePort, runCli, startGatewayProcess } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import { openPortal, signInAt } from '../support/portal/portal-page.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

/** The portal over a line that is really cut, and a gateway that really dies: nothing is lost, nothing is made up. */
describe('the portal while its gateway is away', () => {
  let folder: string;
  let database: TestDatabase;
  let redis: RedisServer;
  let gateway: GatewayProcess;
  let proxy: CuttingProxy;
  let browser: Browser;
  let admin: ApiClient;
  let operator: ApiClient;
  let device: TestDevice;
  let page: Page;
  let port: number;
  let sessionId: string;

  const start = (): Promise<GatewayProcess> =>
    startGatewayProcess({
      port,
      dataDir: join(folder, 'gateway'),
      env: { DATABASE_URL: database.url, REDIS_URL: redis.url },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-outages-'));
    [database, redis, browser, port] = await Promise.all([
      createTestDatabase(),
      startRedisServer(),
      openBrowser(),
      freePort(),
    ]);
    gateway = await start();
    proxy = await openCuttingProxy(gateway.url);
    admin = await signIn(gateway.url);
    operator = await signIn(gateway.url, await newAccount('Ola', 'operator'));
    device = await newDevice(admin, 'Rack in the shop');
    // What is waited for is told by the clock of the page, which the test puts forward.
    ({ page } = await openPortal(browser, proxy.url, { isClocked: true }));
    await signInAt(page, await newAccount('Ada', 'approver'));
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await proxy.close();
    await gateway.stop();
    await Promise.all([database.drop(), redis.remove(), rm(folder, { recursive: true, force: true })]);
  });

  async function newAccount(name: string, role: string): Promise<{ email: string; password: string }> {
    const email = `${role}@test.example`;
    const env = { DATA_DIR: join(folder, 'gateway'), DATABASE_URL: database.url };
    const { answer } = await runCli(env, 'user', 'create', '--email', email);
    const { userId, password } = answer as { userId: string; password: string };
    const { status } = await admin.post('/api/v1/customer/members', { userId, name, role });
    expect(status).toBe(201);
    return { email, password };
  }

  const proposeChange = (reason: string): Promise<string> =>
    propose(operator, device.id, { type: 'restart_service', parameters: { service: 'kiosk' }, reason });

  const banner = () => page.getByText(/^Not live since/);
  const back = () => page.getByText('Live again, with everything that happened meanwhile.');
  const timeline = () => page.getByRole('list', { name: 'What happened, the earliest first' });
  const dialog = () => page.getByRole('dialog');
  const complaints = () => page.getByRole('alert').allInnerTexts();

  /** Lets the time of the page go on until it is live again. */
  async function isLiveAgain(): Promise<void> {
    await eventually(
      async () => {
        await page.clock.fastForward(5_000);
        expect(await banner().count()).toBe(0);
      },
      { withinMs: 15_000, everyMs: 250 },
    );
  }

  const decisionsOf = async (id: string): Promise<readonly { reason: string }[]> => {
    const { body } = await admin.get<{ approval: { decisions: { reason: string }[] } }>(
      `/api/v1/customer/commands/${id}`,
    );
    return body.approval.decisions;
  };

  async function openDialog(why: string, verb: 'Approve' | 'Deny'): Promise<void> {
    const card = page.getByRole('listitem').filter({ hasText: why });
    await card.getByRole('button', { name: verb }).click();
    await dialog().getByLabel('Reason').fill('Seen on the camera.');
  }

  it('finds out by itself that the plug was pulled, and has everything when it is back', async () => {
    const { body: session } = await operator.post<{ id: string }>('/api/v1/customer/sessions', {
      deviceId: device.id,
      type: 'diagnostic',
    });
    sessionId = session.id;
    const isPulled = Promise.withResolvers<undefined>();
    // What the screen asks of the device is on its way when the line goes.
    await page.route(`**/devices/${device.id}`, async (route) => {
      await isPulled.promise;
      await route.continue();
    });
    await page.goto(`/sessions/${sessionId}`);
    await page.getByText('Nothing was asked of the device in this session yet.').waitFor();
    proxy.pull();
    isPulled.resolve(undefined);
    // Nothing was closed, and nobody told the browser: only the silence does.
    for (let passed = 0; passed < 30_000; passed += 9_000) await page.clock.fastForward(9_000);
    await banner().waitFor();
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    for (const type of ['system_info', 'disk_usage']) {
      await operator.post(`/api/v1/customer/sessions/${sessionId}/commands`, { type, parameters: {} });
      const [command] = await claim(device.api);
      await device.api.post(`/api/v1/device/commands/${command?.id ?? ''}/result`, {
        claimToken: command?.claimToken,
        status: 'succeeded',
        output: `all of ${type}`,
      });
    }
    proxy.plugIn();
    await isLiveAgain();
    await eventually(async () => {
      const outputs = timeline().getByText(/^all of/);
      expect(await outputs.allInnerTexts()).toEqual(['all of system_info', 'all of disk_usage']);
      expect(await timeline().getByText('The device reported: succeeded').count()).toBe(2);
      // What could not be looked up meanwhile is, without being asked for.
      expect(await complaints()).toEqual([]);
    });
    await page.unroute(`**/devices/${device.id}`);
  });

  it('looks again by itself at what was refused, when the gateway wants to be asked again', async () => {
    const sessions = '**/api/v1/customer/sessions?*';
    let looks = 0;
    await page.route(sessions, async (route) => {
      looks += 1;
      const problem = { title: 'A store is away', code: 'dependency_unavailable', status: 503 };
      const refusal = { status: 503, headers: { 'retry-after': '10' }, json: problem };
      await (looks <= 3 ? route.fulfill(refusal) : route.continue());
    });
    await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('alert').getByText('The page tries again by itself.').waitFor();
    expect(looks).toBe(1);
    await page.clock.fastForward(5_000);
    expect(looks).toBe(1);
    await eventually(
      async () => {
        await page.clock.fastForward(4_000);
        expect(await complaints()).toEqual([]);
      },
      { withinMs: 15_000, everyMs: 100 },
    );
    await page
      .getByRole('link', { name: /Rack in the shop/ })
      .first()
      .waitFor();
    expect(looks).toBe(4);
    await page.unroute(sessions);
  });

  it('keeps a decision that the gateway could not hear, and claims nothing, over a kill in the middle', async () => {
    const id = await proposeChange('The screen is frozen.');
    await page.getByRole('link', { name: /Approvals/ }).click();
    await openDialog('The screen is frozen.', 'Approve');
    await gateway.kill();
    await dialog().getByRole('button', { name: 'Approve' }).click();
    await dialog().getByText('No answer came').waitFor();
    await page.clock.fastForward(3_000);
    await banner().waitFor();
    gateway = await start();
    await isLiveAgain();
    expect(await decisionsOf(id)).toEqual([]);
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Seen on the camera.');
    await dialog().getByRole('button', { name: 'Approve' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('Nothing waits for a decision.').waitFor();
    expect(await decisionsOf(id)).toMatchObject([{ reason: 'Seen on the camera.' }]);
  });

  it('tells what became of a decision whose answer was lost', async () => {
    const id = await proposeChange('It is frozen again.');
    await openDialog('It is frozen again.', 'Approve');
    proxy.pull('answers');
    await dialog().getByRole('button', { name: 'Approve' }).click();
    await page.clock.fastForward(4_000);
    await dialog().getByText('The gateway has not answered yet.').waitFor();
    await eventually(async () => expect(await decisionsOf(id)).toHaveLength(1));
    // A browser asks once more by itself where a connection breaks before the answer: there is nobody any more.
    proxy.target = 'http://127.0.0.1:1';
    proxy.cut();
    await dialog().getByText('No answer came').waitFor();
    proxy.target = gateway.url;
    proxy.plugIn();
    await isLiveAgain();
    await dialog().getByText('This does not wait for a decision any more.').waitFor();
    await dialog().getByText('Ada approved it.').waitFor();
    expect(await dialog().getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
    await dialog().getByRole('button', { name: 'Close' }).click();
    await page.getByText('Nothing waits for a decision.').waitFor();
  });

  it('says so to whoever is about to decide on what somebody else has decided', async () => {
    const id = await proposeChange('Once more.');
    await openDialog('Once more.', 'Deny');
    const { body } = await admin.get<{ approval: { digest: string } }>(`/api/v1/customer/commands/${id}`);
    const vote = { approved: true, digest: body.approval.digest, reason: 'I was there.' };
    expect((await admin.post(`/api/v1/customer/approvals/${id}/decision`, vote)).status).toBe(200);
    await dialog().getByText('This does not wait for a decision any more.').waitFor();
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Seen on the camera.');
    await page.keyboard.press('Escape');
    await page.getByText('Nothing waits for a decision.').waitFor();
  });

  it.each([
    ['stopped', () => gateway.stop()],
    ['killed', () => gateway.kill()],
  ])('goes on with the session that is looked at after the gateway was %s and started', async (how, end) => {
    await page.goto(`/sessions/${sessionId}`);
    await timeline().getByText('all of disk_usage').waitFor();
    await end();
    await page.clock.fastForward(3_000);
    await banner().waitFor();
    expect(
      await timeline()
        .getByText(/^all of/)
        .count(),
    ).toBe(2);
    gateway = await start();
    await eventually(
      async () => {
        await page.clock.fastForward(1_000);
        expect(await back().count()).toBe(1);
      },
      { withinMs: 20_000, everyMs: 200 },
    );
    await page.clock.fastForward(5_000);
    await back().waitFor({ state: 'detached' });
    const change = { type: 'restart_service', parameters: { service: 'kiosk' }, reason: `It was ${how}.` };
    await operator.post(`/api/v1/customer/sessions/${sessionId}/commands`, change);
    await timeline().getByText(`It was ${how}.`).waitFor();
    await eventually(async () => {
      expect(
        await timeline()
          .getByText(/^all of/)
          .count(),
      ).toBe(2);
      expect(await complaints()).toEqual([]);
    });
  });
});
