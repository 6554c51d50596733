import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import { claim, newDevice, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import type { PortalPage } from '../support/portal/portal-page.js';
import { hindrancesOf, openPortal, signInAt } from '../support/portal/portal-page.js';

const title = 'Describe the system';

describe('streamed output in the portal', () => {
  let folder: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let admin: ApiClient;
  let device: TestDevice;
  let sessionId: string;
  let portal: PortalPage;
  let commandId: string;
  let claimToken: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-output-'));
    [gateway, browser] = await Promise.all([startGatewayProcess({ dataDir: folder }), openBrowser()]);
    admin = await signIn(gateway.url);
    device = await newDevice(admin, 'Rack in the shop');
    const opened = await admin.post('/api/v1/customer/sessions', {
      deviceId: device.id,
      type: 'diagnostic',
    });
    sessionId = String(opened.body['id']);
    portal = await openPortal(browser, gateway.url);
    await signInAt(portal.page);
    await portal.page.getByRole('link', { name: 'Sessions' }).click();
    await portal.page.getByRole('link', { name: 'Diagnostic on Rack in the shop' }).click();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const { body } = await admin.post(`/api/v1/customer/sessions/${sessionId}/commands`, {
      type: 'system_info',
      parameters: {},
    });
    commandId = String(body['id']);
    claimToken = (await claim(device.api))[0]?.claimToken ?? '';
  }

  async function putOut(first: number, last: number): Promise<void> {
    for (let n = first; n <= last; n += 1) {
      const said = { claimToken, percent: n / 2, output: `line ${String(n)}\n` };
      await device.api.post(`/api/v1/device/commands/${commandId}/progress`, said);
    }
  }

  const lines = (first: number, last: number): string =>
    Array.from({ length: last - first + 1 }, (_, index) => `line ${String(first + index)}\n`).join('');
  const story = (page: Page) =>
    page.locator(`#command-${commandId}`).filter({ has: page.getByRole('heading', { name: title }) });
  const output = (page: Page) => story(page).getByRole('region', { name: `Output of ${title}` });
  const shows = (page: Page, text: string) =>
    eventually(async () => expect(await output(page).textContent()).toBe(text));
  const inBox = <Answer>(page: Page, expression: string): Promise<Answer> =>
    page.evaluate<Answer>(
      `{ const box = document.querySelector('#command-${commandId} .output'); ${expression}; }`,
    );
  const isAtEnd = (page: Page) =>
    inBox<boolean>(page, 'box.scrollTop + box.clientHeight >= box.scrollHeight - 2');

  it('is whole and in order after fifty quick pieces, and read at its end', async () => {
    const { page } = portal;
    await start();
    await story(page).waitFor();
    await putOut(1, 50);
    await shows(page, lines(1, 50));
    expect(await isAtEnd(page)).toBe(true);
    expect(await story(page).getByText('not kept').count()).toBe(0);
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('leaves whoever reads elsewhere in it where they are', async () => {
    const { page } = portal;
    await inBox(page, 'box.scrollTo(0, 0)');
    await putOut(51, 60);
    await shows(page, lines(1, 60));
    expect(await inBox<number>(page, 'box.scrollTop')).toBe(0);
  });

  it('is there for who comes late, and says what is not kept any more', async () => {
    const { page } = portal;
    await putOut(61, 80);
    await shows(page, lines(1, 80));
    await page.reload();
    await story(page).getByText('16 pieces earlier are not kept.').waitFor();
    await shows(page, lines(17, 80));
    await putOut(81, 90);
    await shows(page, lines(17, 90));
    expect(await hindrancesOf(page)).toEqual([]);
  });

  it('goes on without a hole after the network was away', async () => {
    const { page } = portal;
    await page.context().setOffline(true);
    await putOut(91, 110);
    await page.context().setOffline(false);
    await shows(page, lines(17, 110));
  });

  it('gives way to all of it, which comes with the result', async () => {
    const { page } = portal;
    const result = { claimToken, status: 'succeeded', output: lines(1, 110) };
    await device.api.post(`/api/v1/device/commands/${commandId}/result`, result);
    await shows(page, lines(1, 110));
    await eventually(async () => expect(await story(page).getByText('not kept').count()).toBe(0));
  });

  it('was taken by the browser without a complaint', () => {
    // What the browser says of a network that is away, and of a line that was not through when it went.
    const ofTheNetwork = /ERR_INTERNET_DISCONNECTED|closed before the connection is established/;
    expect(portal.complaints.filter((complaint) => !ofTheNetwork.test(complaint))).toEqual([]);
  });
});
