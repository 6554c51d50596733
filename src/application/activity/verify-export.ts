import { checkEnd, checkEntries, unchecked } from '../../domain/activity/chain-check.js';
import type { ChainCheck } from '../../domain/activity/chain-check.js';
import type { ChainLink, LoggedEntry } from '../../domain/activity/logged-entry.js';
import { noEntry } from '../../domain/activity/logged-entry.js';
import type { Digests } from '../ports/digests.js';

export interface VerifyExportInput {
  /** The entries as they were exported, one after the other; null for what is not an entry. */
  readonly entries: AsyncIterable<LoggedEntry | null>;
  /** The link that the first entry has to hang on; null: the export begins with the first entry of all. */
  readonly after: ChainLink | null;
  /** The link that the last entry has to be; null: nobody knows, and a missing end stays unseen. */
  readonly head: ChainLink | null;
}

export interface VerifiedExport {
  readonly ok: boolean;
  readonly entries: number;
  readonly brokenAt: number | null;
  /** The last link that holds: to be compared with one that is known from elsewhere. */
  readonly last: ChainLink;
}

/** Recomputes the chain of an export, with nothing at hand but the export. */
export class VerifyExport {
  readonly #digests: Digests;

  constructor(digests: Digests) {
    this.#digests = digests;
  }

  async execute({ entries, after, head }: VerifyExportInput): Promise<VerifiedExport> {
    let check = unchecked(after ?? noEntry);
    let customerId: string | undefined;
    for await (const entry of entries) {
      customerId ??= entry?.customerId;
      check = entry?.customerId === customerId ? this.#check(check, entry) : foreign(check);
    }
    if (head !== null) check = checkEnd(check, head);
    const { brokenAt, last } = check;
    return { ok: brokenAt === null, entries: check.entries, brokenAt, last };
  }

  #check(check: ChainCheck, entry: LoggedEntry | null): ChainCheck {
    if (entry === null) return foreign(check);
    return checkEntries(check, [entry], (before, hashed) => this.#digests.after(before, hashed));
  }
}

/** Something that stands in an entry's place, and is none of this log's. */
const foreign = (check: ChainCheck): ChainCheck => ({
  ...check,
  entries: check.entries + 1,
  brokenAt: check.brokenAt ?? check.last.seq + 1,
});
