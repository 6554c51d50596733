import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../../src/composition/config.js';
import { startGateway } from '../../../src/composition/gateway.js';
import { testAdmin } from '../gateway-process.js';
import { createTestDatabase } from '../postgres.js';

export interface OpenedGateway {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A gateway in this process, on a database of its own and the in-process dispatch, with its defaults. */
export async function openGateway(): Promise<OpenedGateway> {
  const [database, dataDir] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'fieldgate-http-')),
  ]);
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    BOOTSTRAP_ADMIN_EMAIL: testAdmin.email,
    BOOTSTRAP_ADMIN_PASSWORD: testAdmin.password,
  });
  const gateway = await startGateway(config, pino({ level: 'silent' }));
  return {
    url: gateway.url,
    close: async () => {
      await gateway.stop();
      await Promise.all([database.drop(), rm(dataDir, { recursive: true, force: true })]);
    },
  };
}
