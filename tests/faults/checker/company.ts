import { msOf, nsOf } from '../history/history-event.js';
import { aliveUntil, firstTriesOf } from './claims.js';
import type { Book } from './book.js';
import { acceptedBy, grantsOf, proposedFrom } from './story.js';
import type { Story } from './story.js';
import type { Violation } from './violation.js';

/** The record's clock and ours tick apart. */
const tolerance = nsOf(150);

/** A command that must not run beside those of its company, and what is certain of its time. */
export interface Companion {
  readonly story: Story;
  /** It was proposed no earlier, and recorded no later. */
  readonly proposedFrom: number;
  readonly acceptedBy: number;
  /** By then it had begun; infinite when nobody saw it begin. */
  readonly begunBy: number;
  /** Its first claim was not made before. */
  readonly begunFrom: number;
  /** Until then nobody had touched it. */
  readonly untouchedUntil: number;
  /** It had not ended before. */
  readonly endedFrom: number;
}

/** Of one lane, or with one dedupe key, one command runs at a time; those of a lane in the order of acceptance. */
export function company(book: Book): Violation[] {
  const violations: Violation[] = [];
  for (const group of companions(book, 'lane').values()) {
    violations.push(...together('one of a lane', group), ...outOfTurn(group));
  }
  for (const group of companions(book, 'dedupeKey').values()) {
    violations.push(...together('one of a key', group), ...replaced(group));
  }
  return violations;
}

/** How many had to wait for another one of their lane. */
export function waitedForLane(book: Book): number {
  let waited = 0;
  for (const group of companions(book, 'lane').values()) {
    for (const [index, { acceptedBy: accepted, begunBy }] of group.entries()) {
      const former = group[index - 1];
      if (former !== undefined && begunBy < Infinity && accepted < former.endedFrom) waited += 1;
    }
  }
  return waited;
}

function companions(book: Book, by: 'lane' | 'dedupeKey'): ReadonlyMap<string, readonly Companion[]> {
  const groups = new Map<string, Companion[]>();
  const firstTries = firstTriesOf(book);
  for (const story of book.stories.values()) {
    const [proposal] = story.proposals;
    const name = proposal?.[by] ?? null;
    if (proposal === undefined || name === null || story.rows.length === 0) continue;
    const key = `${proposal.device} ${name}`;
    const group = groups.get(key);
    const one = companion(story, firstTries);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const sorted = group.sort((a, b) => a.acceptedBy - b.acceptedBy);
      return [key, by === 'lane' ? sorted : sorted.map((one) => mayBeReplaced(one, sorted))];
    }),
  );
}

/** One that had begun, and was in nobody's hands, ends when a newer one takes its place. */
function mayBeReplaced(one: Companion, group: readonly Companion[]): Companion {
  if (one.story.rows[0]?.state !== 'cancelled') return one;
  const newer = group.filter((other) => other !== one && other.acceptedBy > one.proposedFrom);
  return { ...one, endedFrom: Math.min(one.endedFrom, ...newer.map((other) => other.proposedFrom)) };
}

function companion(story: Story, firstTries: ReadonlyMap<string, number>): Companion {
  const grants = grantsOf(story);
  const [first] = grants;
  const last = grants.at(-1);
  const [row] = story.rows;
  const expiry = proposedFrom(story) + nsOf(story.proposals[0]?.expiresInMs ?? 0);
  const acts = (...names: readonly string[]): number =>
    Math.min(
      ...story.acts.flatMap(({ f, type, from }) => (names.includes(f) && type !== 'fail' ? [from] : [])),
    );
  const reported = Math.min(
    ...story.writes.flatMap(({ f, type, from }) => (f === 'result' && type !== 'fail' ? [from] : [])),
  );
  const exhausted = row?.state === 'dead' && last !== undefined ? aliveUntil(story, last) : Infinity;
  const isFirstSeen = first === undefined ? row?.attempt === 0 : first.attempt === 1;
  const begunFrom =
    first?.attempt === 1
      ? Math.min(
          ...first.deliveries.map(
            ({ claim }) => firstTries.get(`${claim.device} ${claim.attemptId}`) ?? claim.from,
          ),
        )
      : Infinity;
  return {
    story,
    proposedFrom: proposedFrom(story),
    acceptedBy: acceptedBy(story) ?? Infinity,
    begunBy: first?.madeBy ?? Infinity,
    begunFrom,
    untouchedUntil: isFirstSeen ? Math.min(begunFrom, acts('cancel'), expiry) : -Infinity,
    endedFrom: Math.min(reported, acts('cancel', 'settle'), exhausted, expiry),
  };
}

/** Two that had both begun, and of which neither had ended. */
function together(property: string, group: readonly Companion[]): Violation[] {
  const violations: Violation[] = [];
  let running: Companion | null = null;
  for (const next of [...group].sort((a, b) => a.begunBy - b.begunBy)) {
    if (next.begunBy === Infinity) break;
    const both = running === null ? 0 : Math.min(running.endedFrom, next.endedFrom) - next.begunBy;
    if (running !== null && both > tolerance) {
      violations.push(told(property, `ran beside for ${String(Math.round(msOf(both)))} ms`, running, next));
    }
    if (running === null || next.endedFrom > running.endedFrom) running = next;
  }
  return violations;
}

/** One that was certainly accepted earlier stood there, untouched, until after the later one had begun. */
function outOfTurn(group: readonly Companion[]): Violation[] {
  return group.flatMap((later, index) =>
    group
      .slice(0, index)
      .filter((former) => former.acceptedBy < later.proposedFrom && former.untouchedUntil > later.begunBy)
      .map((former) => told('order of a lane', 'had to wait, and was overtaken', former, later)),
  );
}

/** Who was not held when a newer one with its key was recorded had lost its place, and begins no more. */
function replaced(group: readonly Companion[]): Violation[] {
  return group.flatMap((later, index) =>
    group
      .slice(0, index)
      .filter(
        (former) =>
          former.acceptedBy < later.proposedFrom &&
          former.begunFrom > later.acceptedBy &&
          former.begunFrom < Infinity,
      )
      .map((former) => told('replaced by key', 'began after it was replaced', former, later)),
  );
}

const told = (property: string, what: string, former: Companion, later: Companion): Violation => ({
  property,
  what: `${former.story.id ?? ''} ${what}, by ${later.story.id ?? ''}`,
  evidence: { former, later },
});
