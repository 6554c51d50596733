import { activityFaults } from '../../domain/activity/activity-faults.js';
import { checkEnd, checkEntries, skipForgotten, unchecked } from '../../domain/activity/chain-check.js';
import { noEntry } from '../../domain/activity/logged-entry.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock } from '../ports/clock.js';
import type { Digests } from '../ports/digests.js';

export interface VerifiedActivity {
  readonly ok: boolean;
  /** How many entries the log holds, those behind the first broken one included. */
  readonly entries: number;
  /** The first place that does not hold what was written there; null when all do. */
  readonly brokenAt: number | null;
}

/** Few enough that hashing them holds up nobody else for longer than a blink. */
const portion = 500;
/** Before everything, also before what somebody may have put in front of the first entry. */
const beforeAll = Number.MIN_SAFE_INTEGER;

/**
 * Recomputes the chain of a customer's log, from where it begins to the head that the record keeps apart. Entries
 * that are appended meanwhile are looked at too; a beginning that is forgotten meanwhile is skipped. Whoever asks for
 * a log that is being verified gets the answer of that run.
 */
export class VerifyActivity {
  readonly #log: ActivityLog;
  readonly #digests: Digests;
  readonly #clock: Clock;
  readonly #limitMs: number | null;
  readonly #running = new Map<string, Promise<VerifiedActivity>>();

  /** `limitMs`: how long it may take before it is given up with `verification_unfinished`; null: as long as it takes. */
  constructor(log: ActivityLog, digests: Digests, clock: Clock, limitMs: number | null) {
    this.#log = log;
    this.#digests = digests;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  async execute(principal: Principal): Promise<VerifiedActivity> {
    requireAccess(principal, 'verifyActivity');
    const { customerId } = principal;
    const running = this.#running.get(customerId);
    if (running !== undefined) return running;
    const run = this.#verify(customerId).finally(() => this.#running.delete(customerId));
    this.#running.set(customerId, run);
    return run;
  }

  async #verify(customerId: string): Promise<VerifiedActivity> {
    const begun = this.#clock.elapsedMs();
    let check = unchecked(noEntry);
    for (let seq = beforeAll; ;) {
      const { entries, head, forgotten } = await this.#log.read(customerId, seq, portion);
      check = checkEntries(skipForgotten(check, forgotten), entries, (before, entry) =>
        this.#digests.after(before, entry),
      );
      const last = entries.at(-1);
      if (last === undefined || entries.length < portion) {
        const { brokenAt, entries: count } = checkEnd(check, head);
        return { ok: brokenAt === null, entries: count, brokenAt };
      }
      seq = last.seq;
      if (this.#limitMs !== null && this.#clock.elapsedMs() - begun > this.#limitMs) throw unfinished();
    }
  }
}

const unfinished = () =>
  activityFaults.verification_unfinished(
    'The log is too long to be verified within one request; the operator’s command line takes the time it needs.',
  );
