import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { SessionDirectory } from '../ports/session-directory.js';

export interface TimelineRequest {
  readonly sessionId: string;
  /** Entries after this `seq` only. */
  readonly after: number;
}

export class ReadSessionTimeline {
  readonly #sessions: SessionDirectory;
  readonly #log: ActivityLog;

  constructor(sessions: SessionDirectory, log: ActivityLog) {
    this.#sessions = sessions;
    this.#log = log;
  }

  /** What happened to a session and to its commands, the earliest entry first. */
  async execute(
    principal: Principal,
    { sessionId, after }: TimelineRequest,
    page: PageRequest,
  ): Promise<Page<LoggedEntry>> {
    requireAccess(principal, 'readSessionTimeline');
    const { customerId } = principal;
    const session = await this.#sessions.find(customerId, sessionId);
    if (session === null) throw generalFaults.not_found('There is no such session.');
    const filter = { after, subject: null, actor: null, sessionId: session.id };
    return this.#log.list(customerId, filter, page);
  }
}
