import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../support/api-client.js';
import { newDevice, propose, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { runCli, startGatewayProcess, testAdmin } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import { openPortal } from '../support/portal/portal-page.js';

/** What has the focus: its name as it is read out, and whether it can be seen that it has it. */
interface Focused {
  readonly tag: string;
  readonly name: string;
  readonly isSeen: boolean;
  readonly isInDialog: boolean;
}

const focusedScript = `(() => {
  const element = document.activeElement;
  const words = (node) => (node?.textContent ?? '').replace(/\\s+/g, ' ').trim();
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return {
    tag: element.tagName,
    name: element.getAttribute('aria-label') ?? (element.labels?.length ? words(element.labels[0]) : words(element)),
    isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
    isInDialog: element.closest('dialog') !== null,
  };
})()`;

/** Whether what has the focus opens its dialog before the browser turns to anything else, such as the next key. */
const openedAtOnceScript = `(async () => {
  document.activeElement.click();
  for (let turn = 0; turn < 20; turn += 1) await null;
  return document.querySelector('dialog')?.open === true;
})()`;

/** Whether a dialog that is asked for in the turn in which the last one went is there once the page was painted. */
const openedAnewScript = `(async () => {
  const dialog = document.querySelector('dialog');
  const shut = new Promise((resolve) => dialog.addEventListener('close', resolve));
  dialog.close();
  await shut;
  for (let turn = 0; turn < 100 && dialog.isConnected; turn += 1) await null;
  document.activeElement.click();
  await new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
  return !dialog.isConnected && document.querySelector('dialog')?.open === true;
})()`;

/** Everything that a person does here, without a mouse. */
describe('the portal by keyboard alone', () => {
  let dataDir: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let admin: ApiClient;
  let operator: ApiClient;
  let deviceId: string;
  let page: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-keyboard-'));
    [gateway, browser] = await Promise.all([startGatewayProcess({ dataDir }), openBrowser()]);
    admin = await signIn(gateway.url);
    const { answer } = await runCli(
      { DATA_DIR: dataDir },
      'user',
      'create',
      '--email',
      'operator@test.example',
    );
    const { userId, password } = answer as { userId: string; password: string };
    await admin.post('/api/v1/customer/members', { userId, name: 'Ola', role: 'operator' });
    operator = await signIn(gateway.url, { email: 'operator@test.example', password });
    deviceId = (await newDevice(admin, 'Rack in the shop')).id;
    ({ page } = await openPortal(browser, gateway.url));
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const focused = (): Promise<Focused> => page.evaluate<Focused>(focusedScript);
  const press = (key: string): Promise<void> => page.keyboard.press(key);

  /** By the tab key to what is called so, past nothing that hides that it has the focus. */
  async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < 80; step += 1) {
      await press(key);
      const at = await focused();
      if (at.tag !== 'BODY' && !at.isSeen) throw new Error(`no focus is seen at ${at.tag} ${at.name}`);
      if (typeof name === 'string' ? at.name === name : name.test(at.name)) return;
      passed.push(at.tag === 'BODY' ? 'the browser' : at.name);
    }
    throw new Error(`${String(name)} was not reached, past ${passed.join(' | ')}`);
  }

  const proposeChange = (reason: string): Promise<string> =>
    propose(operator, deviceId, { type: 'restart_service', parameters: { service: 'kiosk' }, reason });

  it('signs in from the first field on', async () => {
    await eventually(async () => expect((await focused()).name).toBe('E-mail'));
    await page.keyboard.type(testAdmin.email);
    await press('Tab');
    await page.keyboard.type(testAdmin.password);
    await press('Enter');
    await page.getByRole('link', { name: 'Rack in the shop' }).waitFor();
  });

  it('skips what stands before the content', async () => {
    await tabTo('Skip to the content');
    await press('Enter');
    await tabTo('Add a device');
  });

  it('searches devices from anywhere by one key, unless that is switched off or a text is typed', async () => {
    await press('/');
    expect((await focused()).name).toBe('Search by id, name or location');
    await page.keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await page.getByText('No device fits this search.').waitFor();
    await tabTo('Show every device');
    await press('Enter');
    await page.getByRole('link', { name: 'Rack in the shop' }).waitFor();
    await tabTo(/^Sessions/, 'Shift+Tab');
    await press('Enter');
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await press('/');
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await eventually(async () => expect((await focused()).name).toBe('Search by id, name or location'));
    await tabTo(/▾$/, 'Shift+Tab');
    await press('Enter');
    await tabTo('/ searches devices');
    await press('Space');
    await press('Escape');
    await press('/');
    expect((await focused()).name).not.toBe('Search by id, name or location');
  });

  it('narrows the list down and turns its order', async () => {
    await tabTo('Online 1');
    await press('Enter');
    expect(new URL(page.url()).searchParams.get('status')).toBe('online');
    await tabTo(/^State/);
    await press('Enter');
    await page
      .getByRole('columnheader', { name: 'State' })
      .and(page.locator('[aria-sort=ascending]'))
      .waitFor();
  });

  it('is told what newly waits, and where', async () => {
    await proposeChange('The screen is frozen.');
    await page.getByRole('status').filter({ hasText: 'A command waits for a decision.' }).waitFor();
    await eventually(async () => expect(await page.title()).toBe('(1) Devices · Fieldgate'));
  });

  it('decides in a dialog that keeps the focus and gives it back', async () => {
    await tabTo(/^Approvals/, 'Shift+Tab');
    await press('Enter');
    await page.getByText('The screen is frozen.').waitFor();
    await tabTo('Approve…');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let step = 0; step < 8; step += 1) {
      await press('Tab');
      const { tag, isInDialog } = await focused();
      // Past its last field the focus is with the browser, and never behind the dialog.
      expect(isInDialog || tag === 'BODY').toBe(true);
    }
    await press('Escape');
    // As long as it is there it can be shut already, and a button that opens it would open nothing.
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect((await focused()).name).toBe('Approve…');
    expect(await page.evaluate<boolean>(openedAtOnceScript)).toBe(true);
    expect(await page.evaluate<boolean>(openedAnewScript)).toBe(true);
    await tabTo(/^Reason/);
    await page.keyboard.type('Seen on the camera.');
    await tabTo('Approve');
    await press('Enter');
    await page.getByText('Nothing waits for a decision.').waitFor();
    // Its buttons are gone, and who works by keyboard is not sent to the very beginning.
    await eventually(async () => expect((await focused()).tag).toBe('MAIN'));
  });

  it('opens a session and proposes a change in it', async () => {
    await tabTo('Devices', 'Shift+Tab');
    await press('Enter');
    await tabTo('Rack in the shop');
    await press('Enter');
    await page.getByRole('heading', { name: 'Rack in the shop' }).waitFor();
    await tabTo('Open a session');
    await press('Enter');
    await tabTo(/^Description/);
    await page.keyboard.type('The kiosk shows nothing.');
    await press('Enter');
    await page.getByRole('heading', { name: 'Diagnostic session on Rack in the shop' }).waitFor();
    await tabTo('Command');
    await page.keyboard.type('Restart a s');
    await tabTo('Service');
    await page.keyboard.type('kiosk');
    await tabTo(/^Why/);
    await page.keyboard.type('It is frozen.');
    await tabTo('Propose the change');
    await press('Enter');
    await page.getByText('You cannot decide this one.').waitFor();
    const { body } = await admin.get<{ items: { state: string; parameters: object }[] }>(
      `/api/v1/customer/commands?deviceId=${deviceId}&limit=1`,
    );
    expect(body.items[0]).toMatchObject({ state: 'awaiting_approval', parameters: { service: 'kiosk' } });
  });
});
