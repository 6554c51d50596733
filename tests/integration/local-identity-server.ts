import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { LocalAuthServer } from '../../src/infrastructure/local-identity/local-auth-server.js';
import { LocalPeople } from '../../src/infrastructure/local-identity/local-people.js';
import { PostgresLocalAccounts } from '../../src/infrastructure/postgres/postgres-local-accounts.js';
import { PostgresLocalSessions } from '../../src/infrastructure/postgres/postgres-local-sessions.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { openAccessTokenSigner } from '../../src/infrastructure/signing/es256-access-token-signer.js';
import { NodeSecrets } from '../../src/infrastructure/signing/node-secrets.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { KeySet } from '../../src/infrastructure/supabase/key-set.js';
import { SupabaseIdentityVerifier } from '../../src/infrastructure/supabase/supabase-identity-verifier.js';
import { localIdentityRoutes } from '../../src/interfaces/http/local-identity/local-identity-routes.js';
import { createTestDatabase } from '../support/postgres.js';

export const issuer = 'urn:fieldgate:local';

/** The real clock, which a test can set ahead. */
export class AdvancedClock {
  aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}

/** The local identity on a server and a database of its own. */
export async function startLocalIdentity() {
  const database = await createTestDatabase();
  const pool = new PostgresPool({ url: database.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-identity-'));
  const signer = await openAccessTokenSigner(dataDir);
  const [secrets, ids, clock] = [new NodeSecrets(), new UuidIds(), new AdvancedClock()];
  const accounts = new PostgresLocalAccounts(pool);
  const sessions = new PostgresLocalSessions(pool);
  const verifier = new SupabaseIdentityVerifier({ issuer, keys: new KeySet(signer.publicKeys()), clock });
  const authServer = new LocalAuthServer({
    issuer,
    accounts,
    sessions,
    signer,
    verifier,
    secrets,
    ids,
    clock,
    live: new InProcessLiveBus(),
  });
  const people = new LocalPeople(accounts, secrets, ids, clock);
  const app = Fastify();
  await localIdentityRoutes(app, { authServer });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`;
  const close = async () => {
    await app.close();
    await pool.close();
    await database.drop();
    await rm(dataDir, { recursive: true });
  };
  return { url, databaseUrl: database.url, pool, clock, people, verifier, authServer, close };
}

export type RunningLocalIdentity = Awaited<ReturnType<typeof startLocalIdentity>>;
