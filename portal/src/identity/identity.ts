import { signal } from '@preact/signals';
import { createClient, isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { Factor, Session, SupabaseClient } from '@supabase/supabase-js';
import { unreachable } from '../api/problem.js';
import { Account } from './account.js';
import type { PortalConfig } from './portal-config.js';
import { refusal } from './refusal.js';

/** How far somebody has come: `second_factor` means that the password was right and a code is asked for. */
export type SignInStep = 'loading' | 'signed_out' | 'second_factor' | 'signed_in';

/** Who is signed in: Supabase or the local identity, through the stock client and by configuration alone. */
export class Identity {
  /** Changes with the sign-in, not with its renewal. */
  readonly step = signal<SignInStep>('loading');
  readonly email = signal<string | null>(null);
  /** The newest access token: changes with every renewal. */
  readonly token = signal<string | null>(null);
  /** Why nobody is signed in any more, in words for people; null when they wanted it so. */
  readonly ended = signal<string | null>(null);
  /** The authenticator apps whose codes count, oldest first. */
  readonly factors = signal<readonly Factor[]>([]);
  /** What people change of their own account. */
  readonly account: Account;
  readonly #auth: SupabaseClient['auth'];
  #expiresAtMs = 0;
  #isLeaving = false;

  constructor({ identityUrl, publishableKey }: PortalConfig) {
    // The local identity asks for no key, and the client does not start without one.
    this.#auth = createClient(identityUrl ?? location.origin, publishableKey ?? 'local', {
      auth: {
        persistSession: true,
        autoRefreshToken: true,
        detectSessionInUrl: false,
        storageKey: 'fieldgate-sign-in',
      },
    }).auth;
    this.account = new Account(this.#auth);
  }

  /** Takes up the sign-in that this browser remembers, if there is one. */
  async resume(): Promise<void> {
    this.#auth.onAuthStateChange((event, session) => {
      // The client's own lock is held while it tells this: it must not be asked anything here.
      this.#note(session);
      if (event !== 'SIGNED_OUT') return;
      if (this.step.value === 'signed_in' && !this.#isLeaving) this.ended.value = endedWords;
      this.step.value = 'signed_out';
    });
    const { data, error } = await this.#auth.getSession();
    this.#note(data.session);
    if (data.session === null) {
      this.step.value = 'signed_out';
      if (error !== null && isAuthRetryableFetchError(error)) {
        this.ended.value = 'Your sign-in could not be renewed, since the identity did not answer.';
      }
      return;
    }
    await this.#askForMore();
  }

  /** Rejects with a problem when e-mail and password do not fit, or nobody answers. */
  async signIn(email: string, password: string): Promise<void> {
    const { data, error } = await this.#auth.signInWithPassword({ email, password });
    if (error !== null) throw refusal(error);
    this.ended.value = null;
    this.#note(data.session);
    await this.#askForMore();
  }

  /** Uses a second factor, at the sign-in or later once more. Rejects with a problem when the code is not right. */
  async giveCode(factorId: string, code: string): Promise<void> {
    await this.account.verify(factorId, code);
    this.step.value = 'signed_in';
  }

  /** This browser only; other sign-ins of the same person stay. */
  async signOut(): Promise<void> {
    this.#isLeaving = true;
    await this.#auth.signOut({ scope: 'local' });
    this.#isLeaving = false;
    this.#note(null);
    this.step.value = 'signed_out';
  }

  /** A token that is good for a while, renewed when it is not; null when nobody is signed in any more. */
  async accessToken(): Promise<string | null> {
    const { data, error } = await this.#auth.getSession();
    if (data.session === null && error !== null && isAuthRetryableFetchError(error)) throw unreachable();
    this.#note(data.session);
    return data.session?.access_token ?? null;
  }

  /** When the token has to be renewed, by this machine's clock. */
  get expiresAtMs(): number {
    return this.#expiresAtMs;
  }

  /** The gateway does not know the token: the client is made to fetch another one, or to sign out. */
  async refused(): Promise<void> {
    if (this.step.value !== 'signed_in') return;
    const { data, error } = await this.#auth.refreshSession();
    if (error !== null && isAuthRetryableFetchError(error)) return;
    this.#note(data.session);
    if (data.session !== null) return;
    this.ended.value = endedWords;
    this.step.value = 'signed_out';
  }

  /** A second factor is asked for where the account has a verified one and the sign-in has not used it. */
  async #askForMore(): Promise<void> {
    const { data } = await this.#auth.mfa.getAuthenticatorAssuranceLevel();
    const isNeeded = data !== null && data.nextLevel === 'aal2' && data.currentLevel !== 'aal2';
    this.step.value = isNeeded ? 'second_factor' : 'signed_in';
  }

  #note(session: Session | null): void {
    this.token.value = session?.access_token ?? null;
    this.email.value = session?.user.email ?? null;
    this.factors.value = (session?.user.factors ?? []).filter(
      (factor) => factor.factor_type === 'totp' && factor.status === 'verified',
    );
    this.#expiresAtMs = (session?.expires_at ?? 0) * 1_000;
  }
}

const endedWords = 'Your sign-in has ended. Sign in again to go on where you were.';
