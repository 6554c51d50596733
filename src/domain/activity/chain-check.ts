import type { JsonObject } from '../shared/json.js';
import type { ChainLink, LoggedEntry } from './logged-entry.js';
import { hashedPart } from './logged-entry.js';

/** How far a log was looked at. Every step makes a new one, so a log of any length is checked in portions. */
export interface ChainCheck {
  /** The last link that holds. */
  readonly last: ChainLink;
  /** How many entries were looked at, broken ones too. */
  readonly entries: number;
  /** The first place in the log that does not hold what was written there; null while everything does. */
  readonly brokenAt: number | null;
}

/** The hash that comes after `before` for this entry; null when it cannot have one. */
export type LinkHash = (before: string, entry: JsonObject) => string | null;

/** Before anything was looked at; `from` is the link that the first entry hangs on. */
export const unchecked = (from: ChainLink): ChainCheck => ({ last: from, entries: 0, brokenAt: null });

/**
 * Looks at the next entries, in the order of their `seq`. A place is broken when its entry was changed, when it is
 * empty, or when something stands there that the chain does not hold.
 */
export function checkEntries(
  check: ChainCheck,
  entries: readonly LoggedEntry[],
  linkHash: LinkHash,
): ChainCheck {
  let { last, brokenAt } = check;
  for (const entry of entries) {
    if (brokenAt !== null) break;
    if (holds(entry, last, linkHash)) last = { seq: entry.seq, hash: entry.hash };
    else brokenAt = Math.min(entry.seq, last.seq + 1);
  }
  return { last, entries: check.entries + entries.length, brokenAt };
}

/**
 * Goes on behind a beginning that was forgotten on purpose: the mark vouches for what stood before it. A mark
 * inside what was looked at says nothing new.
 */
export function skipForgotten(check: ChainCheck, mark: ChainLink): ChainCheck {
  return check.brokenAt === null && mark.seq > check.last.seq ? { ...check, last: mark } : check;
}

/** Compares the end of what was looked at with where the log ends according to its head. */
export function checkEnd(check: ChainCheck, head: ChainLink): ChainCheck {
  const { last, brokenAt } = check;
  if (brokenAt !== null || (last.seq === head.seq && last.hash === head.hash)) return check;
  return { ...check, brokenAt: last.seq === head.seq ? head.seq : Math.min(last.seq, head.seq) + 1 };
}

function holds(entry: LoggedEntry, last: ChainLink, linkHash: LinkHash): boolean {
  return (
    entry.seq === last.seq + 1 &&
    entry.prevHash === last.hash &&
    entry.hash === linkHash(last.hash, hashedPart(entry))
  );
}
