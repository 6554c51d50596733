import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { startPostgresProxy } from '../integration/postgres-proxy.js';
import { createTestDatabase } from '../support/postgres.js';
import { ManualClock } from '../unit/identity/manual-clock.js';

/** The local identity on a database of its own, by a clock that stands still and a way that can be cut. */
export async function openLocalAuthServer() {
  const issuer = 'urn:fieldgate:local-identity';
  const database = await createTestDatabase();
  const proxy = await startPostgresProxy(database.url);
  const pool = new PostgresPool({ url: proxy.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-auth-server-'));
  const signer = await openAccessTokenSigner(dataDir);
  const [secrets, ids, clock] = [new NodeSecrets(), new UuidIds(), new ManualClock()];
  const accounts = new PostgresLocalAccounts(pool);
  const sessions = new PostgresLocalSessions(pool);
  const verifier = new SupabaseIdentityVerifier({ issuer, keys: new KeySet(signer.publicKeys()), clock });
  const live = new InProcessLiveBus();
  const auth = new LocalAuthServer({
    issuer,
    accounts,
    sessions,
    signer,
    verifier,
    secrets,
    ids,
    clock,
    live,
  });
  const people = new LocalPeople(accounts, secrets, ids, clock);
  return {
    auth,
    accounts,
    sessions,
    verifier,
    clock,
    advance: (milliseconds: number) => {
      clock.advance(milliseconds);
    },
    addPerson: (person: { email: string; password: string; name: string }) => people.createUser(person),
    cutOff: () => proxy.shut(),
    reconnect: () => proxy.open(),
    async close() {
      await Promise.all([pool.close(), proxy.shut()]);
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}
