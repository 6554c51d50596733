/** What is refused how, in the names, statuses and words of Supabase Auth. */
export const authRefusals = {
  invalid_credentials: { status: 400, msg: 'Invalid login credentials' },
  unsupported_grant_type: { status: 400, msg: 'Only password and refresh_token are known grant types' },
  validation_failed: { status: 400, msg: 'The request is not well formed' },
  bad_json: { status: 400, msg: 'Could not parse request body as JSON' },
  refresh_token_not_found: { status: 400, msg: 'Invalid Refresh Token: Refresh Token Not Found' },
  refresh_token_already_used: { status: 400, msg: 'Invalid Refresh Token: Already Used' },
  no_authorization: { status: 401, msg: 'This endpoint requires a valid Bearer token' },
  bad_jwt: { status: 403, msg: 'Invalid JWT: unable to parse or verify signature' },
  session_not_found: { status: 403, msg: 'Session from session_id claim in JWT does not exist' },
  insufficient_aal: { status: 403, msg: 'AAL2 is required: verify a second factor in this session' },
  mfa_factor_not_found: { status: 404, msg: 'Factor not found, or no such challenge of it' },
  mfa_factor_name_conflict: { status: 422, msg: 'A factor with this friendly name exists already' },
  too_many_enrolled_mfa_factors: {
    status: 422,
    msg: 'Maximum number of factors reached, unenroll to continue',
  },
  mfa_challenge_expired: { status: 422, msg: 'The challenge has expired: create a new one' },
  mfa_verification_failed: { status: 422, msg: 'Invalid TOTP code entered' },
  weak_password: { status: 422, msg: 'Password should be 8 to 256 characters' },
  same_password: { status: 422, msg: 'New password should be different from the old password.' },
  over_request_rate_limit: { status: 429, msg: 'Request rate limit reached' },
  unexpected_failure: { status: 500, msg: 'Unexpected failure' },
  request_timeout: { status: 503, msg: 'The accounts cannot be reached now' },
} as const satisfies Record<string, { readonly status: number; readonly msg: string }>;

export type AuthRefusal = keyof typeof authRefusals;
