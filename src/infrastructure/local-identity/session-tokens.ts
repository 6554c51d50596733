import type { AccessTokenSigner } from '../../application/ports/access-token-signer.js';
import type { AuthSession, AuthUser, TokenRefusal } from '../../application/ports/auth-server.js';
import type { Clock } from '../../application/ports/clock.js';
import type { IdentityVerifier } from '../../application/ports/identity-verifier.js';
import type { LocalAccount } from '../../application/ports/local-accounts.js';
import type { LocalFactors } from '../../application/ports/local-factors.js';
import type { LocalSession, LocalSessions } from '../../application/ports/local-sessions.js';
import { Fault } from '../../domain/shared/fault.js';
import { accessTokenClaims, accessTokenLifetimeMs } from './access-token-claims.js';

export interface SessionTokensOptions {
  /** The `iss` of the tokens: the one that the verifier accepts. */
  readonly issuer: string;
  readonly sessions: LocalSessions;
  readonly factors: LocalFactors;
  readonly signer: AccessTokenSigner;
  readonly verifier: IdentityVerifier;
  readonly clock: Clock;
}

/** Between sessions that are kept, and what people hold of them. */
export class SessionTokens {
  readonly #options: SessionTokensOptions;

  constructor(options: SessionTokensOptions) {
    this.#options = options;
  }

  async issue(session: LocalSession, refreshToken: string): Promise<AuthSession> {
    const { issuer, signer, clock } = this.#options;
    const now = clock.now();
    return {
      accessToken: await signer.sign(accessTokenClaims(issuer, session, now)),
      refreshToken,
      expiresAt: new Date(now.getTime() + accessTokenLifetimeMs),
      expiresInMs: accessTokenLifetimeMs,
      user: await this.userOf(session.account),
    };
  }

  /** As it is kept now, whatever the token says of it. */
  async sessionOf(accessToken: string): Promise<LocalSession | TokenRefusal> {
    const { sessions, verifier } = this.#options;
    try {
      const { sessionId } = await verifier.verify(accessToken);
      return (sessionId === null ? null : await sessions.find(sessionId)) ?? 'session_ended';
    } catch (error) {
      if (error instanceof Fault && error.code === 'unauthenticated') return 'bad_token';
      throw error;
    }
  }

  async userOf({ id, email, name, createdAt, lastSignInAt }: LocalAccount): Promise<AuthUser> {
    const kept = await this.#options.factors.listOf(id);
    const factors = kept.map((factor) => ({
      id: factor.id,
      name: factor.name,
      createdAt: factor.createdAt,
      verifiedAt: factor.verifiedAt,
    }));
    return { id, email, name, createdAt, lastSignInAt, factors };
  }

  /** Whether the person has a second factor that this session has not used. */
  async lacksFactor({ account, factorUsedAt }: LocalSession): Promise<boolean> {
    if (factorUsedAt !== null) return false;
    return (await this.#options.factors.listOf(account.id)).some(({ verifiedAt }) => verifiedAt !== null);
  }
}
