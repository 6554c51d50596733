import { customerFaults } from '../../domain/customer/customer-faults.js';
import type { Membership } from '../../domain/customer/customer.js';
import type { Principal } from '../../domain/customer/principal.js';
import { SignIn } from '../../domain/customer/sign-in.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { IdentityVerifier, Person } from '../ports/identity-verifier.js';
import type { MemberDirectory } from '../ports/member-directory.js';

export interface AuthenticatedPerson {
  readonly person: Person;
  readonly signIn: SignIn;
  /** Every customer the person belongs to. */
  readonly memberships: readonly Membership[];
  /** For whom this request is; null when the person belongs to nobody, or to several and named none. */
  readonly principal: Extract<Principal, { kind: 'member' }> | null;
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

  /**
   * `customerId` is null when the request names none. `spend` is asked for the person while their memberships are looked
   * up, and rejects when they ask for too much.
   */
  async execute(
    accessToken: string,
    customerId: string | null,
    spend: (userId: string) => Promise<void>,
  ): Promise<AuthenticatedPerson> {
    const person = await this.#identities.verify(accessToken);
    const signIn = new SignIn(person, accessToken);
    const [memberships] = await Promise.all([
      this.#members.membershipsOf(person.userId),
      spend(person.userId),
    ]);
    const membership = choose(memberships, customerId);
    if (membership === null) return { person, signIn, memberships, principal: null };
    const { name, role } = membership;
    return {
      person,
      signIn,
      memberships,
      principal: {
        kind: 'member',
        id: person.userId,
        name,
        customerId: membership.customerId,
        role,
        aal: person.aal,
        secondFactorAt: person.secondFactorAt,
      },
    };
  }
}

function choose(memberships: readonly Membership[], customerId: string | null): Membership | null {
  if (customerId === null) {
    const [only, second] = memberships;
    return second === undefined ? (only ?? null) : null;
  }
  const named = memberships.find((membership) => membership.customerId === customerId);
  // Another customer's id and one that nobody has are the same to an outsider.
  if (named === undefined) throw generalFaults.not_found('There is no such customer.');
  return named;
}

/** The principal of a request that is for one customer. */
export function requirePrincipal({ memberships, principal }: AuthenticatedPerson): Principal {
  if (principal !== null) return principal;
  if (memberships.length === 0) throw customerFaults.not_a_member();
  throw customerFaults.customer_required();
}
