import type { AccessTokenSigner } from '../../application/ports/access-token-signer.js';
import type { AuthServer, AuthSession, AuthUser, TokenRefusal } from '../../application/ports/auth-server.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Ids } from '../../application/ports/ids.js';
import type { LiveBus } from '../../application/ports/live-bus.js';
import type { LocalAccounts } from '../../application/ports/local-accounts.js';
import type { LocalSessions, SessionScope } from '../../application/ports/local-sessions.js';
import type { Secrets } from '../../application/ports/secrets.js';
import { normaliseEmail } from './email-address.js';
import { hashPassword, matchesHash, nobodysHash } from './password-hash.js';
import { isAcceptablePassword } from './password-shape.js';
import type { SessionTokens } from './session-tokens.js';

export interface LocalAuthServerOptions {
  readonly accounts: LocalAccounts;
  readonly sessions: LocalSessions;
  readonly tokens: SessionTokens;
  readonly signer: AccessTokenSigner;
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
    const { accounts, sessions, tokens, secrets, ids, clock } = this.#options;
    const account = await accounts.findByEmail(normaliseEmail(email));
    const matches = await matchesHash(password, account?.passwordHash ?? nobodysHash);
    if (account === null || !matches) return 'invalid_credentials';
    const startedAt = clock.now();
    const session = {
      id: ids.uuid(),
      startedAt,
      factorUsedAt: null,
      account: { ...account, lastSignInAt: startedAt },
    };
    const refreshToken = secrets.nonce();
    const refreshTokenHash = secrets.hash(refreshToken);
    const { id: accountId, passwordHash } = account;
    const opened = { id: session.id, accountId, passwordHash, startedAt, refreshTokenHash };
    if (!(await sessions.open(opened))) return 'invalid_credentials';
    return tokens.issue(session, refreshToken);
  }

  async refresh(refreshToken: string): Promise<AuthSession | 'unknown' | 'reused'> {
    const { sessions, tokens, secrets, clock } = this.#options;
    const at = clock.now();
    const next = secrets.nonce();
    const session = await sessions.rotate({
      presentedHash: secrets.hash(refreshToken),
      nextHash: secrets.hash(next),
      at,
      reusableSince: new Date(at.getTime() - reuseWindowMs),
    });
    return typeof session === 'string' ? session : tokens.issue(session, next);
  }

  async userOf(accessToken: string): Promise<AuthUser | TokenRefusal> {
    const { tokens } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    return typeof session === 'string' ? session : tokens.userOf(session.account);
  }

  async changePassword(
    accessToken: string,
    password: string,
  ): Promise<AuthUser | 'weak_password' | 'same_password' | 'second_factor_needed' | TokenRefusal> {
    const { accounts, tokens } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    if (!isAcceptablePassword(password)) return 'weak_password';
    if (await tokens.lacksFactor(session)) return 'second_factor_needed';
    if (await matchesHash(password, session.account.passwordHash)) return 'same_password';
    const account = await accounts.changePassword(session.id, await hashPassword(password));
    if (account === null) return 'session_ended';
    this.#tell(account.id);
    return tokens.userOf(account);
  }

  async signOut(accessToken: string, scope: SessionScope): Promise<'signed_out' | TokenRefusal> {
    const { sessions, tokens } = this.#options;
    const session = await tokens.sessionOf(accessToken);
    if (typeof session === 'string') return session;
    await sessions.end(session.id, scope);
    this.#tell(session.account.id);
    return 'signed_out';
  }

  publicKeys() {
    return this.#options.signer.publicKeys();
  }

  /** Whoever listens for this person looks whether their sign-in is still alive. */
  #tell(userId: string): void {
    void this.#options.live.tell({ kind: 'person', userId });
  }
}
