import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import { generalFaults } from '../../domain/shared/general-faults.js';

export interface SupabaseAccess {
  /** Where the project is, as configured. */
  readonly url: string;
  /** The project's secret key; undefined where there is none. */
  readonly secretKey: string | undefined;
  /** The id of the request that is being served. */
  readonly requestId: () => string | undefined;
}

const timeoutMs = 2_000;
const retryAfterMs = 1_000;

/**
 * A client for one call: it carries the id of one request, keeps no session and renews none, so that nothing of one
 * person's is there for the next.
 */
export function supabaseAuth({ url, secretKey, requestId }: SupabaseAccess): SupabaseClient['auth'] {
  const id = requestId();
  // Auth servers of one's own ask for no key, and the client for some text.
  const client = createClient(url, secretKey ?? 'none', {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      headers: id === undefined ? {} : { 'x-request-id': id },
      // Never to another address: the secret key goes along.
      fetch: (input, init) =>
        fetch(input, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) }),
    },
  });
  return client.auth;
}

/** What Supabase could not be asked. Nobody's sign-in or role is to blame for it. */
export const supabaseAway = (cause: unknown) =>
  generalFaults.dependency_unavailable('The identity provider cannot answer now.', { retryAfterMs, cause });
