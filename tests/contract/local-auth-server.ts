import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from '../../src/infrastructure/local-identity/password-hash.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { startPostgresProxy } from '../integration/postgres-proxy.js';
import { assembleLocalIdentity } from '../support/local-identity.js';
import { createTestDatabase } from '../support/postgres.js';
import { ManualClock } from '../unit/identity/manual-clock.js';

/** The local identity on a database of its own, by a clock that stands still and a way that can be cut. */
export async function openLocalAuthServer() {
  const database = await createTestDatabase();
  const proxy = await startPostgresProxy(database.url);
  const pool = new PostgresPool({ url: proxy.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-auth-server-'));
  const clock = new ManualClock();
  const issuer = 'urn:fieldgate:local-identity';
  const { authServer, authFactors, ...rest } = await assembleLocalIdentity({
    issuer,
    pool,
    dataDir,
    clock,
  });
  return {
    ...rest,
    auth: authServer,
    authFactors,
    clock,
    advance: (milliseconds: number) => {
      clock.advance(milliseconds);
    },
    /** With a hash that costs next to nothing: it says its own cost, and what is asked here is not how long one takes. */
    addPerson: async ({ email, password, name }: { email: string; password: string; name: string }) => {
      const id = randomUUID();
      const passwordHash = await hashPassword(password, { ln: 4, r: 8, p: 1 });
      await rest.accounts.add({ id, email, name, passwordHash, createdAt: clock.now(), lastSignInAt: null });
      return { userId: id };
    },
    cutOff: () => proxy.shut(),
    reconnect: () => proxy.open(),
    async close() {
      await Promise.all([pool.close(), proxy.shut()]);
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}
