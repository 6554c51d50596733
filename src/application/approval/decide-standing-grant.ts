import { decideStanding } from '../../domain/approval/standing-grant.js';
import type { StandingAnswer, StandingGrant } from '../../domain/approval/standing-grant.js';
import type { Vote } from '../../domain/approval/vote.js';
import { votersOf } from '../../domain/approval/vote.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { signInOf } from '../../domain/customer/caller.js';
import type { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { withLiveRole } from './live-role.js';
import { isRefusal, refusalsApartMs } from './refused-vote.js';
import { standingEntry } from './standing-entry.js';

export interface DecideStandingGrantInput extends Omit<Vote, 'voter'> {
  readonly caller: Caller;
  readonly id: string;
}

/**
 * One person's vote on a standing grant, by the rules of votes on commands. With the quorum it is active. A vote that is
 * refused is in the log too, the same one at most once a minute.
 */
export class DecideStandingGrant {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;

  constructor(work: UnitOfWork, liveness: SignInLiveness) {
    this.#work = work;
    this.#liveness = liveness;
  }

  async execute(input: DecideStandingGrantInput): Promise<StandingGrant> {
    try {
      return await this.#decide(input);
    } catch (error) {
      if (isRefusal(error)) await this.#noteRefusal(input, error);
      throw error;
    }
  }

  /** In a transaction of its own: the one of the vote was undone. The answer waits for it. */
  #noteRefusal({ caller, id, approved, reason }: DecideStandingGrantInput, { code }: Fault): Promise<void> {
    return this.#work.run(async ({ standingGrants, recordSeldom }) => {
      const grant = await standingGrants.lock(caller.principal.customerId, id);
      if (grant === null) return;
      const data = { code, approved, reason };
      const entry = standingEntry(grant, 'standing_grant.decision_refused', caller, data);
      await recordSeldom(entry, refusalsApartMs);
    });
  }

  async #decide({ caller, id, ...vote }: DecideStandingGrantInput): Promise<StandingGrant> {
    requireAccess(caller.principal, 'decideStandingGrant');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    return this.#work.run(async ({ standingGrants, roles, record, now }) => {
      const voter = await withLiveRole(caller.principal, roles);
      const stored = await standingGrants.lock(customerId, id);
      if (stored === null) throw generalFaults.not_found('There is no such standing grant.');
      requireAccess(voter, 'decideStandingGrant');
      const live = await roles.lock(customerId, votersOf(stored.approval));
      const { kind, grant } = decideStanding(stored, { ...vote, voter }, live, now);
      if (kind === 'replayed') return grant;
      await standingGrants.save(grant);
      const { approved, digest, reason } = vote;
      record(
        standingEntry(grant, 'standing_grant.decided', caller, {
          approved,
          digest,
          reason,
          state: grant.state,
        }),
      );
      const outcome = outcomeKinds[kind];
      if (outcome !== null) record(standingEntry(grant, outcome, caller, { digest }));
      return grant;
    });
  }
}

const outcomeKinds = {
  approved: 'standing_grant.approved',
  denied: 'standing_grant.rejected',
  counted: null,
} as const satisfies Record<Exclude<StandingAnswer['kind'], 'replayed'>, string | null>;
