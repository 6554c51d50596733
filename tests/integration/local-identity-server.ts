import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { localIdentityRoutes } from '../../src/interfaces/http/local-identity/local-identity-routes.js';
import { assembleLocalIdentity } from '../support/local-identity.js';
import { createTestDatabase } from '../support/postgres.js';

export const issuer = 'urn:fieldgate:local';

/** The real clock, which a test can set ahead. */
export class AdvancedClock {
  aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  elapsedMs(): number {
    return this.now().getTime();
  }
}

/** The local identity on a server and a database of its own. */
export async function startLocalIdentity() {
  const database = await createTestDatabase();
  const pool = new PostgresPool({ url: database.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-identity-'));
  const clock = new AdvancedClock();
  const assembled = await assembleLocalIdentity({ issuer, pool, dataDir, clock });
  const app = Fastify();
  await localIdentityRoutes(app, assembled);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`;
  const close = async () => {
    await app.close();
    await pool.close();
    await database.drop();
    await rm(dataDir, { recursive: true });
  };
  return { ...assembled, url, databaseUrl: database.url, pool, clock, close };
}

export type RunningLocalIdentity = Awaited<ReturnType<typeof startLocalIdentity>>;
