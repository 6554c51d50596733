import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { endSession } from '../shared/end-session.js';

export interface CloseSessionInput {
  readonly caller: Caller;
  readonly sessionId: string;
}

/**
 * Closes a support session: what of it has not begun is called off, what runs goes on to its end. One that is over
 * stays as it is.
 */
export class CloseSession {
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, follower: DispatchFollower) {
    this.#work = work;
    this.#follower = follower;
  }

  async execute({ caller, sessionId }: CloseSessionInput): Promise<SupportSession> {
    requireAccess(caller.principal, 'closeSession');
    const { customerId } = caller.principal;
    const { session, commands, now } = await this.#work.run(async (transaction) => {
      const { now, sessions } = transaction;
      const stored = await sessions.lock(customerId, sessionId);
      if (stored === null) throw generalFaults.not_found('There is no such session.');
      if (stored.status !== 'active') return { session: stored, commands: [], now };
      return { ...(await endSession(transaction, stored, 'closed_by_person', causeOfCaller(caller))), now };
    });
    await this.#follower.follow(commands, now);
    return session;
  }
}
