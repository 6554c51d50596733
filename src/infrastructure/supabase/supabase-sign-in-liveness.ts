import { isAuthApiError, isAuthSessionMissingError } from '@supabase/supabase-js';
import type { AuthError } from '@supabase/supabase-js';
import type { SignInLiveness } from '../../application/ports/sign-in-liveness.js';
import type { SignIn } from '../../domain/customer/sign-in.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SupabaseAccess } from './supabase-client.js';
import { supabaseAway, supabaseAuth } from './supabase-client.js';

/** Asks the project's Auth server for the user of the token: it looks for the session, and whether they are banned. */
export class SupabaseSignInLiveness implements SignInLiveness {
  readonly #access: SupabaseAccess;

  constructor(access: SupabaseAccess) {
    this.#access = access;
  }

  async requireAlive(signIn: SignIn): Promise<void> {
    const { data, error } = await supabaseAuth(this.#access).getUser(signIn.revealAccessToken());
    if (error !== null) throw isDead(error) ? generalFaults.unauthenticated() : supabaseAway(error);
    if (data.user.id !== signIn.userId) throw generalFaults.unauthenticated();
  }
}

/** What the gateway in front of a project says when it is our key that is missing or wrong. */
const aboutOurKey = /api.?key|authentication credentials/i;

function isDead(error: AuthError): boolean {
  if (isAuthSessionMissingError(error)) return true;
  if (!isAuthApiError(error)) return false;
  const { status, code, message } = error;
  return code === 'user_not_found' || ([401, 403].includes(status) && !aboutOurKey.test(message));
}
