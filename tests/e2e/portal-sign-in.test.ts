import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '../support/api-client.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { freePort, startGatewayProcess } from '../support/gateway-process.js';
import type { Browser } from '../support/portal/browser.js';
import { openBrowser } from '../support/portal/browser.js';
import { openPortal, signInAt } from '../support/portal/portal-page.js';

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
    await page.getByRole('link', { name: 'Approvals' }).waitFor();
    // In one step: whatever the portal asks for by itself in between would find the end of the sign-in first.
    await page.evaluate(`{
      const kept = JSON.parse(localStorage.getItem('fieldgate-sign-in'));
      kept.expires_at = Math.floor(Date.now() / 1000) - 10;
      kept.refresh_token = 'gone';
      localStorage.setItem('fieldgate-sign-in', JSON.stringify(kept));
      document.querySelector('a[href="/approvals"]').click();
    }`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('Your sign-in has ended.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/approvals');
    await page.context().close();
  });
});
