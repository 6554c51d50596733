import type { AccessTokenSigner } from '../../application/ports/access-token-signer.js';
import type { AuthServer, AuthSession, AuthUser, TokenRefusal } from '../../application/ports/auth-server.js';
import type { Clock } from '../../application/ports/clock.js';
import type { IdentityVerifier } from '../../application/ports/identity-verifier.js';
import type { Ids } from '../../application/ports/ids.js';
import type { LiveBus } from '../../application/ports/live-bus.js';
import type { LocalAccount, LocalAccounts } from '../../application/ports/local-accounts.js';
import type { LocalSession, LocalSessions, SessionScope } from '../../application/ports/local-sessions.js';
import type { Secrets } from '../../application/ports/secrets.js';
import { Fault } from '../../domain/shared/fault.js';
import { accessTokenClaims, accessTokenLifetimeMs } from './access-token-claims.js';
import { normaliseEmail } from './email-address.js';
import { matchesHash, nobodysHash } from './password-hash.js';

export interface LocalAuthServerOptions {
  /** The `iss` of the tokens: the one that the verifier accepts. */
  readonly issuer: string;
  readonly accounts: LocalAccounts;
  readonly sessions: LocalSessions;
  readonly signer: AccessTokenSigner;
  readonly verifier: IdentityVerifier;
  readonly secrets: Secrets;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly live: LiveBus;
}

const reuseWindowMs = 10_000;

/** Password sign-in on our own accounts, with tokens like those of Supabase. */
export class LocalAuthServer implements AuthServer {
  readonly #options: LocalAuthServerOptions;

  constructor(options: LocalAuthServerOptions) {
    this.#options = options;
  }

  async signIn(email: string, password: string): Promise<AuthSession | 'invalid_credentials'> {
    const { accounts, sessions, secrets, ids, clock } = this.#options;
    const account = await accounts.findByEmail(normaliseEmail(email));
    const matches = await matchesHash(password, account?.passwordHash ?? nobodysHash);
    if (account === null || !matches) return 'invalid_credentials';
    const startedAt = clock.now();
    const session = { id: ids.uuid(), startedAt, account: { ...account, lastSignInAt: startedAt } };
    const refreshToken = secrets.nonce();
    const refreshTokenHash = secrets.hash(refreshToken);
    await sessions.open({ id: session.id, accountId: account.id, startedAt, refreshTokenHash });
    return this.#issue(session, refreshToken);
  }

  async refresh(refreshToken: string): Promise<AuthSession | 'unknown' | 'reused'> {
    const { sessions, secrets, clock } = this.#options;
    const at = clock.now();
    const next = secrets.nonce();
    const session = await sessions.rotate({
      presentedHash: secrets.hash(refreshToken),
      nextHash: secrets.hash(next),
      at,
      reusableSince: new Date(at.getTime() - reuseWindowMs),
    });
    return typeof session === 'string' ? session : this.#issue(session, next);
  }

  async userOf(accessToken: string): Promise<AuthUser | TokenRefusal> {
    const session = await this.#sessionOf(accessToken);
    return typeof session === 'string' ? session : userOf(session.account);
  }

  async signOut(accessToken: string, scope: SessionScope): Promise<'signed_out' | TokenRefusal> {
    const session = await this.#sessionOf(accessToken);
    if (typeof session === 'string') return session;
    await this.#options.sessions.end(session.id, scope);
    void this.#options.live.tell({ kind: 'person', userId: session.account.id });
    return 'signed_out';
  }

  publicKeys() {
    return this.#options.signer.publicKeys();
  }

  async #issue(session: LocalSession, refreshToken: string): Promise<AuthSession> {
    const { issuer, signer, clock } = this.#options;
    const now = clock.now();
    return {
      accessToken: await signer.sign(accessTokenClaims(issuer, session, now)),
      refreshToken,
      expiresAt: new Date(now.getTime() + accessTokenLifetimeMs),
      expiresInMs: accessTokenLifetimeMs,
      user: userOf(session.account),
    };
  }

  async #sessionOf(accessToken: string): Promise<LocalSession | TokenRefusal> {
    const { sessions, verifier } = this.#options;
    try {
      const { sessionId } = await verifier.verify(accessToken);
      return (sessionId === null ? null : await sessions.find(sessionId)) ?? 'session_ended';
    } catch (error) {
      if (error instanceof Fault && error.code === 'unauthenticated') return 'bad_token';
      throw error;
    }
  }
}

const userOf = ({ id, email, name, createdAt, lastSignInAt }: LocalAccount): AuthUser => ({
  id,
  email,
  name,
  createdAt,
  lastSignInAt,
});
