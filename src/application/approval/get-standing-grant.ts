import { votersOf } from '../../domain/approval/vote.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Clock } from '../ports/clock.js';
import type { MemberRoles } from '../ports/member-roles.js';
import type { StandingGrants } from '../ports/standing-grants.js';
import { viewStanding } from './standing-grant-view.js';
import type { StandingGrantView } from './standing-grant-view.js';

export class GetStandingGrant {
  readonly #grants: StandingGrants;
  readonly #roles: MemberRoles;
  readonly #clock: Clock;

  constructor(grants: StandingGrants, roles: MemberRoles, clock: Clock) {
    this.#grants = grants;
    this.#roles = roles;
    this.#clock = clock;
  }

  async execute(principal: Principal, id: string): Promise<StandingGrantView> {
    requireAccess(principal, 'getStandingGrant');
    const grant = await this.#grants.find(principal.customerId, id);
    if (grant === null) throw generalFaults.not_found('There is no such standing grant.');
    const roles = await this.#roles.of(principal.customerId, votersOf(grant.approval));
    return viewStanding(grant, principal, roles, this.#clock.now());
  }
}
