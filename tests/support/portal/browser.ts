import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, chromium as Chromium } from '../../../portal/node_modules/playwright-core/index.js';

export type {
  Browser,
  BrowserContext,
  Locator,
  Page,
  Route,
} from '../../../portal/node_modules/playwright-core/index.js';

/** The tools of the portal's tests live in the package of the portal. */
export const fromPortal = createRequire(
  join(import.meta.dirname, '..', '..', '..', 'portal', 'package.json'),
);

/** Chromium without a window. */
export async function openBrowser(): Promise<Browser> {
  const { chromium } = fromPortal('playwright-core') as { chromium: typeof Chromium };
  return chromium.launch({
    executablePath: join(import.meta.dirname, 'modest-browser.sh'),
    // Root has no sandbox to put it in; the pages are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}
