import { isAuthApiError, isAuthRetryableFetchError, isAuthSessionMissingError } from '@supabase/supabase-js';
import type { AuthError } from '@supabase/supabase-js';
import type { SignInLiveness } from '../../application/ports/sign-in-liveness.js';
import type { SignIn } from '../../domain/customer/sign-in.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SupabaseAccess } from './supabase-client.js';
import { supabaseAway, supabaseAuth } from './supabase-client.js';

/**
 * Asks the project's Auth server for the user of the token: it looks for the session, and whether they are banned.
 * Without the project's secret key it asks too; a server that then does not say, as a hosted project, is taken for one
 * that cannot be asked, and the token alone counts. Whoever wants more configures the key, as the start says.
 */
export class SupabaseSignInLiveness implements SignInLiveness {
  readonly #access: SupabaseAccess;

  constructor(access: SupabaseAccess) {
    this.#access = access;
  }

  async requireAlive(signIn: SignIn): Promise<void> {
    const { data, error } = await supabaseAuth(this.#access).getUser(signIn.revealAccessToken());
    if (error !== null) {
      if (isDead(error)) throw generalFaults.unauthenticated();
      if (this.#access.secretKey === undefined && !isAway(error)) return;
      throw supabaseAway(error);
    }
    if (data.user.id !== signIn.userId) throw generalFaults.unauthenticated();
  }
}

/** Nothing was heard, or the server is in trouble. */
const isAway = (error: AuthError): boolean =>
  isAuthRetryableFetchError(error) || (error.status ?? 0) >= 500 || error.status === 429;

/** What the gateway in front of a project says when it is our key that is missing or wrong. */
const aboutOurKey = /api.?key|authentication credentials/i;

function isDead(error: AuthError): boolean {
  if (isAuthSessionMissingError(error)) return true;
  if (!isAuthApiError(error)) return false;
  const { status, code, message } = error;
  return code === 'user_not_found' || ([401, 403].includes(status) && !aboutOurKey.test(message));
}
