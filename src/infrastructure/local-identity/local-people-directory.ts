import type { LocalAccounts } from '../../application/ports/local-accounts.js';
import type { FoundPerson, PeopleDirectory } from '../../application/ports/people-directory.js';
import { normaliseEmail } from './email-address.js';

/** The accounts of the local identity. It sends no letters, so it invites nobody. */
export class LocalPeopleDirectory implements PeopleDirectory {
  readonly #accounts: LocalAccounts;

  constructor(accounts: LocalAccounts) {
    this.#accounts = accounts;
  }

  async findOrInvite(email: string): Promise<FoundPerson> {
    const account = await this.#accounts.findByEmail(normaliseEmail(email));
    return account === null ? { kind: 'nobody' } : { kind: 'found', userId: account.id };
  }
}
