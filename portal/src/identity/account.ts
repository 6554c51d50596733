import type { AuthError, Factor, SupabaseClient } from '@supabase/supabase-js';
import { refusal } from './refusal.js';

/** What an authenticator app has to know, shown once. */
export interface Enrolment {
  readonly factorId: string;
  /** In base32, for those who type it. */
  readonly secret: string;
  /** For the camera of the phone. */
  readonly uri: string;
}

/** What people change of their own account. Each call rejects with a problem when the identity refuses. */
export class Account {
  readonly #auth: SupabaseClient['auth'];

  constructor(auth: SupabaseClient['auth']) {
    this.#auth = auth;
  }

  /** The second factors that count, oldest first. */
  async factors(): Promise<readonly Factor[]> {
    return (await this.#allFactors()).filter(({ status }) => status === 'verified');
  }

  /** Begins with an authenticator app, which counts once its first code was verified. */
  async enrol(friendlyName: string): Promise<Enrolment> {
    // What was begun and left there would hold its name, and one of the places.
    for (const factor of await this.#allFactors()) {
      if (factor.status === 'unverified' && factor.factor_type === 'totp') await this.#unenrol(factor.id);
    }
    const { data, error } = await this.#auth.mfa.enroll({
      factorType: 'totp',
      friendlyName,
      issuer: 'Fieldgate',
    });
    if (error !== null) throw refusal(error, 'The authenticator app was not added');
    return { factorId: data.id, secret: data.totp.secret, uri: data.totp.uri };
  }

  /** This sign-in has used the factor from then on; those that have used none end. */
  async verify(factorId: string, code: string): Promise<void> {
    const { error } = await this.#auth.mfa.challengeAndVerify({ factorId, code });
    if (error !== null) throw refusal(error, 'The code was not taken');
  }

  async removeFactor(factorId: string): Promise<void> {
    await this.#unenrol(factorId);
    // The token still says that the factor was used.
    failUnless(await this.#auth.refreshSession(), 'The sign-in could not be renewed');
  }

  /** Ends the person's other sign-ins. */
  async changePassword(password: string): Promise<void> {
    failUnless(await this.#auth.updateUser({ password }), 'The password was not changed');
  }

  async #allFactors(): Promise<readonly Factor[]> {
    const { data, error } = await this.#auth.mfa.listFactors();
    if (error !== null) throw refusal(error, 'Your account could not be looked at');
    return data.all;
  }

  async #unenrol(factorId: string): Promise<void> {
    failUnless(await this.#auth.mfa.unenroll({ factorId }), 'The authenticator app was not removed');
  }
}

function failUnless({ error }: { readonly error: AuthError | null }, title: string): void {
  if (error !== null) throw refusal(error, title);
}
