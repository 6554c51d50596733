import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '../support/api-client.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { freePort, startGatewayProcess, testAdmin } from '../support/gateway-process.js';
import type { Browser, Page } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import { hindrancesOf, openPortal, signInAt } from '../support/portal/portal-page.js';

/** Coming in, staying in, and coming back. */
describe('a sign-in at the portal', () => {
  let folder: string;
  let port: number;
  let gateway: GatewayProcess;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-sign-in-'));
    port = await freePort();
    [gateway, browser] = await Promise.all([start(), openBrowser()]);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => startGatewayProcess({ port, dataDir: join(folder, 'gateway') });

  it('asks for the second factor where the account has one, and says when the code is wrong', async () => {
    const { page } = await openPortal(browser, gateway.url);
    await giveSecondFactor(page);
    await page.getByLabel('E-mail').fill(testAdmin.email);
    await page.getByLabel('Password').fill(testAdmin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    expect(await hindrancesOf(page)).toEqual([]);
    await page.getByLabel('Code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is not right').first().waitFor();
    await page.getByLabel('Code').fill('123 456');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Devices', exact: true }).waitFor();
    await page.context().close();
  });

  it('is remembered by the browser, and ends where it is told to end', async () => {
    const { page } = await openPortal(browser, gateway.url);
    await signInAt(page);
    await page.goto('/approvals');
    await page.getByRole('heading', { name: 'Approvals' }).waitFor();
    await page.locator('summary').filter({ hasText: 'First customer' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  it('outlives a gateway that is killed and started again, and the view catches up by itself', async () => {
    const { page } = await openPortal(browser, gateway.url);
    await signInAt(page);
    await page.getByRole('heading', { name: 'No device yet' }).waitFor();
    await gateway.kill();
    await page.getByText(/^Not live since/).waitFor();
    gateway = await start();
    const admin = await signIn(gateway.url);
    await admin.post('/api/v1/customer/devices/provision', { name: 'Rack after the storm' });
    await page.getByRole('link', { name: 'Rack after the storm' }).waitFor({ timeout: 40_000 });
    await page.getByText(/^Not live since/).waitFor({ state: 'detached', timeout: 40_000 });
    await page.context().close();
  }, 90_000);

  it('leads back to the sign-in when the identity ended it', async () => {
    const { page } = await openPortal(browser, gateway.url);
    await signInAt(page);
    await page.evaluate(`{
      const kept = JSON.parse(localStorage.getItem('fieldgate-sign-in'));
      kept.expires_at = Math.floor(Date.now() / 1000) - 10;
      kept.refresh_token = 'gone';
      localStorage.setItem('fieldgate-sign-in', JSON.stringify(kept));
    }`);
    await page.getByRole('link', { name: 'Approvals' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('Your sign-in has ended.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/approvals');
    await page.context().close();
  });

  /** The local identity knows no second factor: for this page it answers as Supabase does where there is one. */
  async function giveSecondFactor(page: Page): Promise<void> {
    const at = new Date().toISOString();
    const factors = [
      { id: 'factor-1', factor_type: 'totp', status: 'verified', created_at: at, updated_at: at },
    ];
    const password = { ...testAdmin };
    const session = async (): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${gateway.url}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(password),
      });
      const body = (await answer.json()) as { user: object };
      return { ...body, user: { ...body.user, factors } };
    };
    await page.route('**/auth/v1/**', async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path.endsWith('/user')) return route.fulfill({ json: (await session())['user'] });
      if (path.endsWith('/challenge'))
        return route.fulfill({ json: { id: 'challenge-1', type: 'totp', expires_at: 4_000_000_000 } });
      if (!path.endsWith('/verify')) return route.fulfill({ json: await session() });
      const { code } = route.request().postDataJSON() as { code: string };
      if (code === '123456') return route.fulfill({ json: await session() });
      const refusal = { code: 422, error_code: 'mfa_verification_failed', msg: 'Invalid TOTP code entered' };
      return route.fulfill({ status: 422, json: refusal });
    });
  }
});
