import type { Logger } from 'pino';
import type { DependencyContainer } from 'tsyringe';
import { FactorSecrets } from '../infrastructure/local-identity/factor-secrets.js';
import { LocalAuthFactors } from '../infrastructure/local-identity/local-auth-factors.js';
import { LocalAuthServer } from '../infrastructure/local-identity/local-auth-server.js';
import { LocalPeopleDirectory } from '../infrastructure/local-identity/local-people-directory.js';
import { LocalPeople } from '../infrastructure/local-identity/local-people.js';
import { LocalSignInLiveness } from '../infrastructure/local-identity/local-sign-in-liveness.js';
import { resetFactors } from '../infrastructure/local-identity/reset-factors.js';
import { SessionTokens } from '../infrastructure/local-identity/session-tokens.js';
import { openAccessTokenSigner } from '../infrastructure/signing/es256-access-token-signer.js';
import { openFactorKey } from '../infrastructure/signing/factor-key.js';
import { KeySet } from '../infrastructure/supabase/key-set.js';
import { RemoteTokenKeys } from '../infrastructure/supabase/remote-token-keys.js';
import { SupabaseIdentityVerifier } from '../infrastructure/supabase/supabase-identity-verifier.js';
import { supabaseIssuer, supabaseKeysAddress } from '../infrastructure/supabase/supabase-project.js';
import type { HttpServerOptions } from '../interfaces/http/http-server-options.js';
import { localIdentityRoutes } from '../interfaces/http/local-identity/local-identity-routes.js';
import type { OperatorUseCases } from '../interfaces/cli/operations.js';
import type { Config } from './config.js';
import type { Token } from './provide.js';
import { provide, use } from './provide.js';
import { currentRequestId } from './request-context.js';
import * as port from './tokens.js';

export interface Identity {
  readonly mode: 'local' | 'supabase';
  /** Resolves when access tokens can be checked. */
  readonly probe: () => Promise<void>;
  /** The routes of the local identity; null where Supabase knows the people. */
  readonly routes: HttpServerOptions['localIdentity'];
  readonly createUser: OperatorUseCases['createUser'];
  readonly resetFactors: OperatorUseCases['resetFactors'];
  /** On the first start of the local identity: one customer and one admin. Later, and elsewhere, nothing. */
  makeFirstAdmin(): Promise<void>;
}

/** The `iss` of the local identity's tokens. A constant, since the gateway may listen elsewhere tomorrow. */
const localIssuer = 'urn:fieldgate:local-identity';

/** Who people are: by the word of Supabase where it is configured, of the local identity otherwise. */
export async function openIdentity(
  config: Config,
  container: DependencyContainer,
  log: Logger,
): Promise<Identity> {
  return config.SUPABASE_URL === undefined
    ? openLocal(config, container, log)
    : openSupabase(config, config.SUPABASE_URL, container, log);
}

async function openSupabase(
  config: Config,
  url: string,
  container: DependencyContainer,
  log: Logger,
): Promise<Identity> {
  const clock = use(container, port.CLOCK);
  const verifier = new SupabaseIdentityVerifier({
    issuer: supabaseIssuer(url),
    keys: new RemoteTokenKeys({ address: supabaseKeysAddress(url), clock, requestId: currentRequestId }),
    sharedSecret: config.SUPABASE_JWT_SECRET,
    clock,
  });
  const access = { url, secretKey: config.SUPABASE_SECRET_KEY, requestId: currentRequestId };
  // Loaded only where it is wanted: the client brings much that nobody asks for under the local identity.
  const [{ SupabaseSignInLiveness }, { SupabasePeopleDirectory }] = await Promise.all([
    import('../infrastructure/supabase/supabase-sign-in-liveness.js'),
    import('../infrastructure/supabase/supabase-people-directory.js'),
  ]);
  provideUnlessSwapped(container, port.IDENTITY_VERIFIER, () => verifier);
  provideUnlessSwapped(container, port.SIGN_IN_LIVENESS, () => new SupabaseSignInLiveness(access));
  provideUnlessSwapped(container, port.PEOPLE_DIRECTORY, () => new SupabasePeopleDirectory(access));
  if (access.secretKey === undefined) {
    log.warn(
      'SUPABASE_SECRET_KEY is not set: nobody can be invited, and a sign-in counts until its token runs out where the project answers to that key only',
    );
  }
  return {
    mode: 'supabase',
    probe: () => requireReady(verifier),
    routes: null,
    createUser: null,
    resetFactors: null,
    makeFirstAdmin: () => Promise.resolve(),
  };
}

async function openLocal(config: Config, container: DependencyContainer, log: Logger): Promise<Identity> {
  const [signer, factorKey] = await Promise.all([
    openAccessTokenSigner(config.DATA_DIR),
    openFactorKey(config.DATA_DIR),
  ]);
  const [secrets, ids, clock, live] = [
    use(container, port.SECRETS),
    use(container, port.IDS),
    use(container, port.CLOCK),
    use(container, port.LIVE_BUS),
  ];
  const accounts = use(container, port.LOCAL_ACCOUNTS);
  const sessions = use(container, port.LOCAL_SESSIONS);
  const factors = use(container, port.LOCAL_FACTORS);
  const verifier = new SupabaseIdentityVerifier({
    issuer: localIssuer,
    keys: new KeySet(signer.publicKeys()),
    clock,
  });
  provideUnlessSwapped(container, port.IDENTITY_VERIFIER, () => verifier);
  provideUnlessSwapped(container, port.SIGN_IN_LIVENESS, () => new LocalSignInLiveness(sessions));
  provideUnlessSwapped(container, port.PEOPLE_DIRECTORY, () => new LocalPeopleDirectory(accounts));
  const tokens = new SessionTokens({ issuer: localIssuer, sessions, factors, signer, verifier, clock });
  const shared = { tokens, secrets, ids, clock, live };
  const authServer = new LocalAuthServer({ ...shared, accounts, sessions, signer });
  const authFactors = new LocalAuthFactors({
    ...shared,
    factors,
    factorSecrets: new FactorSecrets(factorKey),
    rateLimiter: use(container, port.RATE_LIMITER),
  });
  const people = new LocalPeople(accounts, secrets, ids, clock);
  return {
    mode: 'local',
    probe: () => requireReady(verifier),
    routes: (app) => localIdentityRoutes(app, { authServer, authFactors }),
    createUser: (user) => people.createUser(user),
    resetFactors: (email) => resetFactors(email, { accounts, factors, live }),
    makeFirstAdmin: () => makeFirstAdmin(config, people, log),
  };
}

async function makeFirstAdmin(config: Config, people: LocalPeople, log: Logger): Promise<void> {
  const made = await people.ensureFirstAdmin({
    email: config.BOOTSTRAP_ADMIN_EMAIL,
    password: config.BOOTSTRAP_ADMIN_PASSWORD,
    announce: ({ email, password }) => {
      // On the terminal and not in the log: whoever reads logs later must not find it there.
      if (password !== null)
        process.stderr.write(`\n  First admin: ${email}\n  Password:    ${password}  (shown once)\n\n`);
    },
  });
  if (made) log.info('first start: one customer and one admin were made');
}

async function requireReady(verifier: SupabaseIdentityVerifier): Promise<void> {
  if (!(await verifier.ready())) throw new Error('the keys of the identity provider cannot be had');
}

/** An adapter that was swapped before stays. */
function provideUnlessSwapped<Port>(
  container: DependencyContainer,
  key: Token<Port>,
  build: () => Port,
): void {
  if (!container.isRegistered(key)) provide(container, key, build);
}
