import type { Clock } from '../../src/application/ports/clock.js';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { InProcessRateLimiter } from '../../src/infrastructure/in-process/in-process-rate-limiter.js';
import { FactorSecrets } from '../../src/infrastructure/local-identity/factor-secrets.js';
import { LocalAuthFactors } from '../../src/infrastructure/local-identity/local-auth-factors.js';
import { LocalAuthServer } from '../../src/infrastructure/local-identity/local-auth-server.js';
import { LocalPeople } from '../../src/infrastructure/local-identity/local-people.js';
import { SessionTokens } from '../../src/infrastructure/local-identity/session-tokens.js';
import { PostgresLocalAccounts } from '../../src/infrastructure/postgres/postgres-local-accounts.js';
import { PostgresLocalFactors } from '../../src/infrastructure/postgres/postgres-local-factors.js';
import { PostgresLocalSessions } from '../../src/infrastructure/postgres/postgres-local-sessions.js';
import type { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { openAccessTokenSigner } from '../../src/infrastructure/signing/es256-access-token-signer.js';
import { openFactorKey } from '../../src/infrastructure/signing/factor-key.js';
import { NodeSecrets } from '../../src/infrastructure/signing/node-secrets.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { KeySet } from '../../src/infrastructure/supabase/key-set.js';
import { SupabaseIdentityVerifier } from '../../src/infrastructure/supabase/supabase-identity-verifier.js';

export interface LocalIdentitySurroundings {
  readonly issuer: string;
  readonly pool: PostgresPool;
  /** Where its keys are kept. */
  readonly dataDir: string;
  readonly clock: Clock;
}

/** The local identity without a door, as the gateway puts it together. */
export async function assembleLocalIdentity({ issuer, pool, dataDir, clock }: LocalIdentitySurroundings) {
  const signer = await openAccessTokenSigner(dataDir);
  const [secrets, ids, live] = [new NodeSecrets(), new UuidIds(), new InProcessLiveBus()];
  const accounts = new PostgresLocalAccounts(pool);
  const sessions = new PostgresLocalSessions(pool);
  const factors = new PostgresLocalFactors(pool);
  const verifier = new SupabaseIdentityVerifier({ issuer, keys: new KeySet(signer.publicKeys()), clock });
  const tokens = new SessionTokens({ issuer, sessions, factors, signer, verifier, clock });
  const shared = { tokens, secrets, ids, clock, live };
  const authServer = new LocalAuthServer({ ...shared, accounts, sessions, signer });
  const authFactors = new LocalAuthFactors({
    ...shared,
    factors,
    factorSecrets: new FactorSecrets(await openFactorKey(dataDir)),
    rateLimiter: new InProcessRateLimiter(),
  });
  const people = new LocalPeople(accounts, secrets, ids, clock);
  return { accounts, sessions, factors, verifier, authServer, authFactors, people, live };
}
