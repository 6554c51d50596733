import { isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { AuthError } from '@supabase/supabase-js';
import { problemOf, unreachable } from '../api/problem.js';
import type { Problem } from '../api/problem.js';

/** What is wrong, in words for people; what to do about it stands with all other advice. */
const words: Readonly<Record<string, string>> = {
  invalid_credentials: 'E-mail or password is not right.',
  mfa_verification_failed: 'The code is not right, too old, or was used before.',
  mfa_challenge_expired: 'That took too long.',
  mfa_factor_name_conflict: 'You have an authenticator app of this name already.',
  mfa_factor_not_found: 'This authenticator app is gone by now.',
  too_many_enrolled_mfa_factors: 'You have too many authenticator apps.',
  insufficient_aal: 'This sign-in has not used your second factor.',
  same_password: 'This is the password that you have already.',
  over_request_rate_limit: 'Too many attempts.',
  email_not_confirmed: 'Your e-mail address is not confirmed.',
};

/** Why the identity did not do what it was asked, as a problem. */
export function refusal(error: AuthError, title = 'The sign-in was refused'): Problem {
  if (isAuthRetryableFetchError(error)) return unreachable();
  const code = error.code ?? 'sign_in_refused';
  return problemOf(
    error.status ?? 400,
    { code, title: words[code] ?? title, detail: words[code] ?? error.message },
    null,
  );
}
