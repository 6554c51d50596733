import { isAuthApiError } from '@supabase/supabase-js';
import type { FoundPerson, PeopleDirectory } from '../../application/ports/people-directory.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SupabaseAccess } from './supabase-client.js';
import { supabaseAway, supabaseAuth } from './supabase-client.js';

const pageSize = 1_000;
/** The admin API finds nobody by address, so its list is read: so far, and not for as long as there are people. */
const maxPages = 20;
type SupabaseAdmin = ReturnType<typeof supabaseAuth>['admin'];

const takenCodes = ['email_exists', 'user_already_exists'];
const badAddressCodes = ['validation_failed', 'email_address_invalid', 'email_address_not_authorized'];

/** The users of a Supabase project, by its admin API, which takes the secret key. */
export class SupabasePeopleDirectory implements PeopleDirectory {
  readonly #access: SupabaseAccess;

  constructor(access: SupabaseAccess) {
    this.#access = access;
  }

  async findOrInvite(email: string, name: string): Promise<FoundPerson> {
    if (this.#access.secretKey === undefined) return { kind: 'not_searchable' };
    const { admin } = supabaseAuth(this.#access);
    const address = email.trim().toLowerCase();
    const { data, error } = await admin.inviteUserByEmail(address, { data: { name } });
    if (error === null) return { kind: 'invited', userId: data.user.id };
    const code = isAuthApiError(error) ? (error.code ?? '') : '';
    if (badAddressCodes.includes(code)) {
      throw generalFaults.invalid_request('The identity provider does not take this e-mail address.', {
        errors: [{ path: 'email', message: 'not an address that can be invited' }],
        cause: error,
      });
    }
    if (!takenCodes.includes(code)) throw supabaseAway(error);
    const userId = await userIdOf(admin, address);
    return userId === null ? { kind: 'not_searchable' } : { kind: 'found', userId };
  }
}

async function userIdOf(admin: SupabaseAdmin, address: string): Promise<string | null> {
  for (let page = 1; page <= maxPages; page += 1) {
    const { data, error } = await admin.listUsers({ page, perPage: pageSize });
    if (error !== null) throw supabaseAway(error);
    const user = data.users.find(({ email }) => email?.toLowerCase() === address);
    if (user !== undefined) return user.id;
    if (data.users.length === 0) break;
  }
  return null;
}
