import { readFileSync } from 'node:fs';
import { testAdmin } from '../gateway-process.js';
import type { Browser, Page } from './browser.js';
import { fromPortal } from './browser.js';

const axe = readFileSync(fromPortal.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** A person's window on the portal, and all that the browser complained about in it. */
export interface PortalPage {
  readonly page: Page;
  /** Errors of the console, violations of the page's policy among them, and exceptions. */
  readonly complaints: readonly string[];
  /** What was said over the live connection from here, in every connection so far. */
  readonly connections: readonly { readonly sent: string[] }[];
}

/**
 * Opens a window of its own, without what other windows remember. `isClocked`: its clock can be put forward, by
 * `page.clock`.
 */
export async function openPortal(
  browser: Browser,
  url: string,
  { isClocked = false }: { readonly isClocked?: boolean } = {},
): Promise<PortalPage> {
  const context = await browser.newContext({
    baseURL: url,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
  });
  if (isClocked) await context.clock.install();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const connections: { sent: string[] }[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('websocket', (socket) => {
    const connection = { sent: [] as string[] };
    connections.push(connection);
    socket.on('framesent', ({ payload }) => void connection.sent.push(payload.toString()));
  });
  await page.goto('/');
  return { page, complaints, connections };
}

/** Signs in as the keyboard does it. */
export async function signInAt(
  page: Page,
  { email, password }: { readonly email: string; readonly password: string } = testAdmin,
): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
}

/** What axe finds that would keep somebody out, in both themes, and whether the page is wider than a small screen. */
export async function hindrancesOf(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  // A theme changes colours and nothing else.
  for (const [colorScheme, rules] of [
    ['dark', `{ type: 'rule', values: ['color-contrast'] }`],
    ['light', `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']`],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const { violations } = await page.evaluate<{ violations: readonly AxeFinding[] }>(
      `axe.run(document, { runOnly: ${rules}, resultTypes: ['violations'] })`,
    );
    found.push(
      ...violations.map(
        ({ id, nodes }) =>
          `${colorScheme}: ${id} at ${nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`).join(', ')}`,
      ),
    );
  }
  for (const width of [360, 640, 768, 1_920]) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (beyond > 0) found.push(`${width} px: ${beyond} px stand out`);
  }
  await page.setViewportSize({ width: 1_280, height: 800 });
  return found;
}

/** Whether a hostile text acts: turns the direction of what stands around it, or has become a part of the page. */
export const isTakenIn = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(
    `/\\u202e/.test(document.title + document.body.outerHTML) || document.querySelector('[onerror]') !== null`,
  );
