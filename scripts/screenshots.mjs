import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './sources.mjs';

/**
 * Takes the pictures of the portal that the documents show, into `docs/screens`: the demonstration runs, somebody signs
 * in and looks around. Needs Chromium, at `FIELDGATE_TEST_CHROMIUM` or where Debian has it.
 */
const folder = join(root, 'docs', 'screens');
const executablePath = process.env['FIELDGATE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const { chromium } = createRequire(join(root, 'portal', 'package.json'))('playwright-core');

const demo = spawn(process.execPath, [join(root, 'scripts', 'run.mjs'), 'demo'], { cwd: root });
let said = '';
demo.stdout.on('data', (chunk) => (said += chunk));
demo.stderr.on('data', (chunk) => (said += chunk));

/** What the demonstration says of itself. */
async function signInOf() {
  for (let tries = 0; tries < 600; tries += 1) {
    const [, url] = /Portal +(http\S+)/.exec(said) ?? [];
    const [, email, password] = /Sign-in +(\S+) +password +(\S+)/.exec(said) ?? [];
    if (url !== undefined && password !== undefined) return { url, email, password };
    if (demo.exitCode !== null) break;
    await sleep(200);
  }
  throw new Error(`the demonstration did not begin:\n${said}`);
}

async function takeAll(browser, { url, email, password }) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const take = async (name, { scheme = 'light', width = 1280, height = 800 } = {}) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    // Fonts, plots and the first events have come.
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  const visit = async (path) => {
    await page.goto(`${url}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
  };
  await page.goto(url);
  await page.locator('input[type=email]').fill(email);
  await take('sign-in');
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Bakery, network rack' }).waitFor();
  await take('devices');
  await take('devices-small-dark', { scheme: 'dark', width: 360, height: 740 });
  await visit('/devices/add');
  await take('add-a-device');
  await visit('/devices/rack-bakery');
  await take('device', { height: 1_000 });
  await visit('/approvals');
  await take('approvals', { height: 900 });
  await take('approvals-small', { width: 360, height: 900 });
  await visit('/devices/rack-library');
  await page.getByRole('button', { name: 'Open a session' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill('The reading room has no network.');
  await dialog.getByRole('button', { name: /open/i }).click();
  await page.waitForURL(/\/sessions\//);
  const form = page.getByLabel('Command', { exact: true });
  await form.selectOption('system_info');
  await page.getByRole('button', { name: 'Run the diagnostic' }).click();
  await page.getByText('Succeeded').first().waitFor();
  await take('session', { height: 900 });
  await visit('/activity');
  await take('activity');
  await visit('/settings');
  await take('settings', { scheme: 'dark' });
}

mkdirSync(folder, { recursive: true });
let browser;
try {
  const signIn = await signInOf();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  await takeAll(browser, signIn);
} finally {
  await browser?.close();
  demo.kill('SIGINT');
  await once(demo, 'close');
}
