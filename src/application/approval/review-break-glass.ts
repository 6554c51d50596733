import { closeReview } from '../../domain/approval/break-glass.js';
import type { BreakGlassReview, ReviewVerdict } from '../../domain/approval/break-glass.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { withLiveRole } from './live-role.js';

export interface ReviewBreakGlassInput {
  readonly caller: Caller;
  readonly commandId: string;
  readonly verdict: ReviewVerdict;
  readonly note: string;
}

/** Another admin says whether it was right to break the glass. A review is closed once. */
export class ReviewBreakGlass {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;

  constructor(work: UnitOfWork, liveness: SignInLiveness) {
    this.#work = work;
    this.#liveness = liveness;
  }

  async execute({ caller, commandId, verdict, note }: ReviewBreakGlassInput): Promise<BreakGlassReview> {
    requireAccess(caller.principal, 'reviewBreakGlass');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    return this.#work.run(async ({ reviews, roles, record, now }) => {
      const reviewer = await withLiveRole(caller.principal, roles);
      const stored = await reviews.lock(customerId, commandId);
      if (stored === null) throw generalFaults.not_found('There is no such review.');
      const admins = await roles.count(customerId, 'admin');
      const closed = closeReview(stored, { verdict, note }, reviewer, admins, now);
      if (closed === stored) return stored;
      await reviews.close(closed);
      const subject = { id: commandId, customerId, deviceId: stored.deviceId, sessionId: null };
      const data = { verdict, note };
      record(commandEntry(subject, 'command.break_glass_reviewed', causeOfCaller(caller), data));
      return closed;
    });
  }
}
