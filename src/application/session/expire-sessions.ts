import { sessionAsOf } from '../../domain/session/session-rules.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { SessionDirectory } from '../ports/session-directory.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { writeExpired } from '../shared/end-session.js';

const batchSize = 100;

/**
 * Writes down which sessions have run out, so that people hear of it in time. It decides nothing: whoever looks at a
 * session, or at a command of it, sees the same, swept or not.
 */
export class ExpireSessions {
  readonly #sessions: SessionDirectory;
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(sessions: SessionDirectory, work: UnitOfWork, follower: DispatchFollower) {
    this.#sessions = sessions;
    this.#work = work;
    this.#follower = follower;
  }

  /** Returns how many expired. */
  async execute(): Promise<number> {
    let expired = 0;
    for (const session of await this.#sessions.overdue(batchSize)) {
      if (await this.#expire(session)) expired += 1;
    }
    return expired;
  }

  async #expire({ id, customerId }: SupportSession): Promise<boolean> {
    const ended = await this.#work.run(async (transaction) => {
      const stored = await transaction.sessions.lock(customerId, id);
      if (stored?.status !== 'active') return null;
      const session = sessionAsOf(stored, transaction.now);
      if (session.status !== 'expired') return null;
      return { ...(await writeExpired(transaction, session)), now: transaction.now };
    });
    if (ended === null) return false;
    await this.#follower.follow(ended.commands, ended.now);
    return true;
  }
}
