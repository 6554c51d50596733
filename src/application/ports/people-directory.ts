export type FoundPerson =
  /** `invited`: nobody had the address, and an invitation is on its way to it. */
  | { readonly kind: 'found' | 'invited'; readonly userId: string }
  /** Nobody has the address, and people are not invited from here. */
  | { readonly kind: 'nobody' }
  /** Addresses cannot be looked up: with what is configured, or among so many people. */
  | { readonly kind: 'not_searchable' };

/** The people whom the identity provider knows, by their e-mail addresses. */
export interface PeopleDirectory {
  /**
   * Who has this address, however its letters are written; where nobody does, and the provider can, they are invited
   * under this name. Asked again, an invited person gets the same id, and perhaps another letter. Rejects with
   * `invalid_request` when it is no address that the provider takes, and with `dependency_unavailable` when the
   * provider is away or refuses to send more: the invitation may be on its way nevertheless.
   */
  findOrInvite(email: string, name: string): Promise<FoundPerson>;
}
