import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pg from 'pg';
import { pino } from 'pino';
import type { Config } from '../../../src/composition/config.js';
import { readConfig } from '../../../src/composition/config.js';
import type { Gateway, Override } from '../../../src/composition/gateway.js';
import { startGateway } from '../../../src/composition/gateway.js';
import { hashPassword } from '../../../src/infrastructure/local-identity/password-hash.js';
import { testAdmin } from '../gateway-process.js';
import { createTestDatabase } from '../postgres.js';

export type LogLine = Readonly<Record<string, unknown>>;

export interface OpenedGateway {
  readonly url: string;
  readonly config: Config;
  readonly container: Gateway['container'];
  /** What it has logged so far, without any redaction. */
  readonly log: readonly LogLine[];
  /** Stops it; calling it again waits for the same stop. */
  stop(): Promise<void>;
  /** Stops it and deletes what it left. */
  close(): Promise<void>;
}

export interface GatewaySetting {
  /** Environment variables beside those that every gateway here has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Faults for the adapters. */
  readonly override?: Override;
  /** Puts something between the gateway and its database, and says where that is. */
  readonly through?: (databaseUrl: string) => Promise<string>;
}

/** A gateway in this process, on a database of its own and, unless it is told of a Redis, the in-process dispatch. */
export async function openGateway(setting: GatewaySetting = {}): Promise<OpenedGateway> {
  const { environment = {}, override, through = (url: string) => Promise.resolve(url) } = setting;
  const [database, dataDir] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'fieldgate-http-')),
  ]);
  const cleanUp = async (): Promise<void> => {
    await Promise.all([database.drop(), rm(dataDir, { recursive: true, force: true })]);
  };
  try {
    const config = readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: await through(database.url),
      DATA_DIR: dataDir,
      BOOTSTRAP_ADMIN_EMAIL: testAdmin.email,
      BOOTSTRAP_ADMIN_PASSWORD: testAdmin.password,
      SHUTDOWN_NOTICE_MS: '0',
      ...environment,
    });
    const log: LogLine[] = [];
    const gateway = await startGateway(config, loggerTo(log), override);
    await makeSignInsCheap(database.url);
    return {
      url: gateway.url,
      container: gateway.container,
      config,
      log,
      stop: () => gateway.stop(),
      close: async () => {
        await gateway.stop();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** A hash says what it costs to compare with, and few tests ask how long the first admin's sign-in takes. */
async function makeSignInsCheap(databaseUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    await owner.query('update fieldgate.local_accounts set password_hash = $1 where email = $2', [
      await hashPassword(testAdmin.password, { ln: 4, r: 8, p: 1 }),
      testAdmin.email,
    ]);
  } finally {
    await owner.end();
  }
}

const loggerTo = (log: LogLine[]) =>
  pino(
    { level: 'info' },
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        log.push(JSON.parse(chunk.toString()) as LogLine);
        done();
      },
    }),
  );
