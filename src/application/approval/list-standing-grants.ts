import { votersOf } from '../../domain/approval/vote.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { Clock } from '../ports/clock.js';
import type { MemberRoles } from '../ports/member-roles.js';
import type { StandingGrants } from '../ports/standing-grants.js';
import { viewStanding } from './standing-grant-view.js';
import type { StandingGrantView } from './standing-grant-view.js';

export class ListStandingGrants {
  readonly #grants: StandingGrants;
  readonly #roles: MemberRoles;
  readonly #clock: Clock;

  constructor(grants: StandingGrants, roles: MemberRoles, clock: Clock) {
    this.#grants = grants;
    this.#roles = roles;
    this.#clock = clock;
  }

  /** Newest first. */
  async execute(principal: Principal, page: PageRequest): Promise<Page<StandingGrantView>> {
    requireAccess(principal, 'listStandingGrants');
    const { items, nextCursor } = await this.#grants.list(principal.customerId, page);
    const voters = new Set(items.flatMap(({ approval }) => votersOf(approval)));
    const roles = await this.#roles.of(principal.customerId, [...voters]);
    const now = this.#clock.now();
    return { items: items.map((grant) => viewStanding(grant, principal, roles, now)), nextCursor };
  }
}
