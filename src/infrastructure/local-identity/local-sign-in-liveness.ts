import type { LocalSessions } from '../../application/ports/local-sessions.js';
import type { SignInLiveness } from '../../application/ports/sign-in-liveness.js';
import type { SignIn } from '../../domain/customer/sign-in.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

/** Looks for the session where the local identity keeps them: signing out deletes it. */
export class LocalSignInLiveness implements SignInLiveness {
  readonly #sessions: LocalSessions;

  constructor(sessions: LocalSessions) {
    this.#sessions = sessions;
  }

  async requireAlive({ sessionId, userId }: SignIn): Promise<void> {
    const session = sessionId === null ? null : await this.#sessions.find(sessionId);
    if (session?.account.id !== userId) throw generalFaults.unauthenticated();
  }
}
