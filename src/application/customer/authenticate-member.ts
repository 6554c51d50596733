import { customerFaults } from '../../domain/customer/customer-faults.js';
import type { Membership } from '../../domain/customer/customer.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { IdentityVerifier, Person } from '../ports/identity-verifier.js';
import type { MemberDirectory } from '../ports/member-directory.js';

export interface AuthenticatedMember {
  readonly person: Person;
  readonly memberships: readonly Membership[];
  readonly principal: Extract<Principal, { kind: 'member' }>;
}

/**
 * Who a person is, for which customer, in which role. The identity provider says who; membership and role are
 * read anew for every request, so that whoever is removed is out at once.
 */
export class AuthenticateMember {
  readonly #identities: IdentityVerifier;
  readonly #members: MemberDirectory;

  constructor(identities: IdentityVerifier, members: MemberDirectory) {
    this.#identities = identities;
    this.#members = members;
  }

  /** `customerId` is null when the request names none. */
  async execute(accessToken: string, customerId: string | null): Promise<AuthenticatedMember> {
    const person = await this.#identities.verify(accessToken);
    const memberships = await this.#members.membershipsOf(person.userId);
    const membership = choose(memberships, customerId);
    return {
      person,
      memberships,
      principal: {
        kind: 'member',
        id: person.userId,
        name: membership.name,
        customerId: membership.customerId,
        role: membership.role,
        aal: person.aal,
      },
    };
  }
}

function choose(memberships: readonly Membership[], customerId: string | null): Membership {
  const [only, second] = memberships;
  if (only === undefined) throw customerFaults.not_a_member();
  if (customerId !== null) {
    const named = memberships.find((membership) => membership.customerId === customerId);
    // Another customer's id and one that nobody has are the same to an outsider.
    if (named === undefined) throw generalFaults.not_found('There is no such customer.');
    return named;
  }
  if (second !== undefined) throw customerFaults.customer_required();
  return only;
}
