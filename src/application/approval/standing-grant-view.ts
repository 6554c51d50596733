import {
  lacksSecondFactorFor,
  mayDecideStanding,
  standingAsOf,
} from '../../domain/approval/standing-grant.js';
import type { StandingGrant, StandingStatus } from '../../domain/approval/standing-grant.js';
import type { LiveRoles } from '../../domain/approval/vote.js';
import { missingApprovals } from '../../domain/approval/vote.js';
import type { Principal } from '../../domain/customer/principal.js';

/** A standing grant, as somebody sees it now. */
export interface StandingGrantView {
  readonly grant: StandingGrant;
  readonly state: StandingStatus;
  readonly mayDecide: boolean;
  /** Whether they may once they have used their second factor. */
  readonly secondFactorMissing: boolean;
  /** How many approvals it lacks; an active one that lacks some lets nothing run. */
  readonly missing: number;
}

export const viewStanding = (
  grant: StandingGrant,
  viewer: Principal,
  roles: LiveRoles,
  now: Date,
): StandingGrantView => ({
  grant,
  state: standingAsOf(grant, now),
  mayDecide: mayDecideStanding(grant, viewer, now),
  secondFactorMissing: lacksSecondFactorFor(grant, viewer, now),
  missing: missingApprovals(grant.approval, roles),
});
