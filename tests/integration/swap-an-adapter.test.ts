import { afterEach, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../support/postgres.js';
// #region swap-an-adapter
import { readConfig } from '../../src/composition/config.js';
import { startGateway } from '../../src/composition/gateway.js';
import { createLogger } from '../../src/composition/logger.js';
import { provide } from '../../src/composition/provide.js';
import { CLOCK } from '../../src/composition/tokens.js';

async function gatewayInTheYear2030(environment: Readonly<Record<string, string>>) {
  const clock = { now: () => new Date('2030-01-01T12:00:00.000Z') };
  return startGateway(readConfig(environment), createLogger('silent', false), (container) => {
    provide(container, CLOCK, () => clock);
  });
}
// #endregion

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

it('swaps one adapter, here the clock, and leaves the others as they are', async () => {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-swap-'));
  cleanUps.push(() => rm(dataDir, { recursive: true }));
  const environment = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1' };
  const gateway = await gatewayInTheYear2030({
    ...environment,
    BOOTSTRAP_ADMIN_EMAIL: 'admin@test.example',
    BOOTSTRAP_ADMIN_PASSWORD: 'correct-horse-battery',
  });
  cleanUps.push(() => gateway.stop());

  const answer = await fetch(`${gateway.url}/healthz`);
  expect(await answer.json()).toEqual({ status: 'ok', timestamp: '2030-01-01T12:00:00.000Z' });
});

it('is the snippet that the README shows', async () => {
  const root = join(import.meta.dirname, '..', '..');
  const source = await readFile(join(root, 'tests', 'integration', 'swap-an-adapter.test.ts'), 'utf8');
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, region = ''] = /\/\/ #region swap-an-adapter\n([^]*?)\/\/ #endregion/.exec(source) ?? [];
  const [, shown = ''] = /<!-- snippet: swap-an-adapter -->\s+```ts\n([^]*?)```/.exec(readme) ?? [];
  expect(region).not.toBe('');
  // The README's reader stands at the root of the repository.
  expect(shown).toBe(region.replaceAll("'../../src/", "'./src/"));
});
