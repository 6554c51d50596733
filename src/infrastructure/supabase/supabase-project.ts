/** Where a project's Auth server says that it is: the `iss` of its tokens. `supabaseUrl` may end in a slash. */
export function supabaseIssuer(supabaseUrl: string): string {
  return `${supabaseUrl.replace(/\/+$/, '')}/auth/v1`;
}

export function supabaseKeysAddress(supabaseUrl: string): string {
  return `${supabaseIssuer(supabaseUrl)}/.well-known/jwks.json`;
}
