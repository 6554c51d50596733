import type { ChainLink, LoggedEntry } from '../../domain/activity/logged-entry.js';
import { noEntry } from '../../domain/activity/logged-entry.js';
import type { ActivityLog } from '../ports/activity-log.js';

/** What was exported, and what one has to know beside it to tell later that nothing was cut off. */
export interface ExportedActivity {
  readonly entries: number;
  /** The link that the first entry hangs on: `noEntry`, unless the beginning was forgotten. */
  readonly after: ChainLink;
  /** Where the log ended. */
  readonly head: ChainLink;
}

const portion = 500;

/** Hands out a customer's whole log, as it stands, broken or not, the earliest entry first. */
export class ExportActivity {
  readonly #log: ActivityLog;

  constructor(log: ActivityLog) {
    this.#log = log;
  }

  /**
   * `take` gets each entry, and the next ones are read when it has resolved: memory holds one portion. Where the
   * beginning is forgotten faster than it is read, the export lacks what was forgotten, and verifying it says so.
   */
  async execute(customerId: string, take: (entry: LoggedEntry) => Promise<void>): Promise<ExportedActivity> {
    let after: ChainLink | null = null;
    let exported = 0;
    for (let seq = noEntry.seq; ;) {
      const { entries, head, forgotten } = await this.#log.read(customerId, seq, portion);
      after ??= forgotten;
      for (const entry of entries) await take(entry);
      exported += entries.length;
      const last = entries.at(-1);
      if (last === undefined || entries.length < portion) return { entries: exported, after, head };
      seq = last.seq;
    }
  }
}
