import { revokeStanding } from '../../domain/approval/standing-grant.js';
import type { StandingGrant } from '../../domain/approval/standing-grant.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { standingEntry } from './standing-entry.js';

export interface RevokeStandingGrantInput {
  readonly caller: Caller;
  readonly id: string;
}

/** Takes a standing grant back: from the answer on nothing runs by it. Whoever may call a command off may do this. */
export class RevokeStandingGrant {
  readonly #work: UnitOfWork;

  constructor(work: UnitOfWork) {
    this.#work = work;
  }

  async execute({ caller, id }: RevokeStandingGrantInput): Promise<StandingGrant> {
    requireAccess(caller.principal, 'revokeStandingGrant');
    return this.#work.run(async ({ standingGrants, record, now }) => {
      const stored = await standingGrants.lock(caller.principal.customerId, id);
      if (stored === null) throw generalFaults.not_found('There is no such standing grant.');
      const revoked = revokeStanding(stored, now);
      if (revoked === stored) return stored;
      await standingGrants.save(revoked);
      record(standingEntry(revoked, 'standing_grant.revoked', caller, { uses: revoked.uses }));
      return revoked;
    });
  }
}
