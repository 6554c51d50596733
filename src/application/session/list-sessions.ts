import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { SessionDirectory, SessionFilter } from '../ports/session-directory.js';

export class ListSessions {
  readonly #sessions: SessionDirectory;

  constructor(sessions: SessionDirectory) {
    this.#sessions = sessions;
  }

  /** Newest first. */
  async execute(
    principal: Principal,
    filter: SessionFilter,
    page: PageRequest,
  ): Promise<Page<SupportSession>> {
    requireAccess(principal, 'listSessions');
    return this.#sessions.list(principal.customerId, filter, page);
  }
}
