import { msOf, nsOf } from '../history/history-event.js';
import type { WriteCall } from '../history/history-event.js';
import type { Book } from './book.js';
import { acceptedBy, endedBy, grantsOf, isTerminal } from './story.js';
import type { Grant, Story } from './story.js';
import type { Violation } from './violation.js';

/** The record's clock and ours tick apart, and it counts whole milliseconds. */
const tolerance = nsOf(150);

/** A second grant while the first is certainly alive: two devices, or two hands, with one command. */
export function leaseExclusion({ stories }: Book): Violation[] {
  const violations: Violation[] = [];
  for (const story of stories.values()) {
    const grants = grantsOf(story);
    for (const [index, grant] of grants.entries()) {
      const next = grants[index + 1];
      if (next === undefined) continue;
      const alive = aliveUntil(story, grant);
      if (next.madeBy >= alive - tolerance) continue;
      const early = Math.round(msOf(alive - next.madeBy));
      violations.push({
        property: 'lease exclusion',
        what: `${story.id ?? ''}: attempt ${String(next.attempt)} ${String(early)} ms before ${String(grant.attempt)} was over`,
        evidence: story,
      });
    }
  }
  return violations;
}

/** At least until then the claim held: by what its device was told, unless it gave it up. */
export function aliveUntil({ writes }: Story, grant: Grant): number {
  let until = Math.max(...grant.deliveries.map(({ claim, visibleForMs }) => claim.from + nsOf(visibleForMs)));
  const own = writes.filter(({ attempt, type }) => attempt === grant.attempt && type !== 'fail');
  for (const { f, from, type, extensionMs } of own) {
    if (f === 'extend' && extensionMs !== null) {
      const extended = from + nsOf(extensionMs);
      if (type === 'ok' || extended < until) until = extended;
    }
  }
  const givenUp = own.filter(({ f }) => f === 'release' || f === 'result').map(({ from }) => from);
  return Math.min(until, ...givenUp);
}

/** What a device writes passes only under the latest claim of a command that has not ended. */
export function fencing({ stories }: Book): Violation[] {
  const violations: Violation[] = [];
  for (const story of stories.values()) {
    const grants = grantsOf(story);
    const ended = endedBy(story);
    for (const write of story.writes) {
      const why = write.type === 'ok' ? wronglyPassed(story, grants, ended, write) : null;
      if (why !== null) {
        violations.push({
          property: 'fencing',
          what: `${story.id ?? ''}: ${write.f} ${why}`,
          evidence: story,
        });
      }
    }
  }
  return violations;
}

function wronglyPassed(
  story: Story,
  grants: readonly Grant[],
  ended: number,
  write: WriteCall,
): string | null {
  if (write.foreign) return 'by another device';
  const repeats = write.f === 'result' && write.content === story.rows[0]?.content;
  const newer = grants.find(({ attempt, madeBy }) => attempt > write.attempt && madeBy < write.from);
  if (newer !== undefined)
    return `of attempt ${String(write.attempt)} after ${String(newer.attempt)} had begun`;
  const released = story.writes.some(
    ({ f, type, attempt, to }) =>
      f === 'release' && type === 'ok' && attempt === write.attempt && to < write.from,
  );
  if (released) return 'under a claim that was given up';
  return ended < write.from && !repeats ? 'after the end' : null;
}

/** One token an attempt, one attempt more a claim, and never more than there may be. */
export function attempts({ stories }: Book): Violation[] {
  const violations: Violation[] = [];
  for (const story of stories.values()) {
    const tell = (what: string): void => {
      violations.push({ property: 'attempts', what: `${story.id ?? ''}: ${what}`, evidence: story });
    };
    const [proposal] = story.proposals;
    const [row] = story.rows;
    if (row === undefined || proposal === undefined) continue;
    for (const { attempt, deliveries } of grantsOf(story)) {
      if (new Set(deliveries.map(({ token }) => token)).size > 1)
        tell(`two claims are attempt ${String(attempt)}`);
      if (attempt > row.attempt) tell(`attempt ${String(attempt)} was handed out and not recorded`);
    }
    const logged = (kind: string): number => story.log.filter((fact) => fact.kind === kind).length;
    if (row.attempt > proposal.maxAttempts)
      tell(`attempt ${String(row.attempt)} of ${String(proposal.maxAttempts)}`);
    if (logged('command.claimed') !== row.attempt) tell('the log knows another number of claims');
    if (logged('command.lapsed') !== row.lapses) tell('the log knows another number of lapses');
    if (logged('command.released') !== row.releases) tell('the log knows another number of releases');
    if (row.state === 'dead' && row.attempt !== proposal.maxAttempts)
      tell('dead before its attempts were used up');
    if (proposal.once && row.attempt > row.releases + 1) tell('an at-most-once command was handed out again');
  }
  return violations;
}

/** Nothing begins after the end, before people agreed, or after its time; nothing goes to another device. */
export function deliveries(book: Book): Violation[] {
  const violations: Violation[] = [];
  const firstTries = firstTriesOf(book);
  for (const story of book.stories.values()) {
    if (story.deliveries.length === 0) continue;
    const tell = (property: string, what: string): void => {
      violations.push({ property, what: `${story.id ?? ''}: ${what}`, evidence: story });
    };
    const [proposal] = story.proposals;
    if (proposal === undefined) continue;
    const ended = endedBy(story);
    const agreed = agreedFrom(story);
    const accepted = acceptedBy(story);
    for (const { claim, attempt } of story.deliveries) {
      const begun = firstTries.get(`${claim.device} ${claim.attemptId}`) ?? claim.from;
      if (claim.device !== proposal.device) tell('isolation', `delivered to ${claim.device}`);
      if (claim.from > ended) tell('terminal is final', `attempt ${String(attempt)} delivered after its end`);
      if (proposal.needs === 'approval' && claim.to < agreed)
        tell('approval', 'delivered before anybody agreed');
      if (accepted !== null && begun > accepted + nsOf(proposal.expiresInMs) + tolerance) {
        tell('expiry', `attempt ${String(attempt)} began after its time`);
      }
    }
  }
  return violations;
}

/** When a claim was asked for first: the call that was answered may have repeated one that was not. */
export function firstTriesOf({ claims }: Book): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const calls of claims.values()) {
    for (const { device, attemptId, from } of calls) {
      const key = `${device} ${attemptId}`;
      first.set(key, Math.min(first.get(key) ?? from, from));
    }
  }
  return first;
}

const agreedFrom = ({ acts, proposals }: Story): number =>
  Math.min(
    ...acts.flatMap(({ f, type, from, person }) =>
      f === 'approve' && type !== 'fail' && !proposals.some(({ p }) => p === person) ? [from] : [],
    ),
  );

/** What somebody was told about the end holds for everybody who asks afterwards. */
export function finality({ stories }: Book): Violation[] {
  const violations: Violation[] = [];
  for (const story of stories.values()) {
    const ended = endedBy(story);
    const reads = story.acts.filter(({ f, type }) => f === 'read' && type === 'ok');
    for (const read of reads) {
      const state = read.answer?.state ?? null;
      if (read.from > ended && !isTerminal(state)) {
        violations.push({
          property: 'terminal is final',
          what: `${story.id ?? ''} was ${state ?? ''} again after its end`,
          evidence: story,
        });
      }
      const older = reads.find(
        ({ to, answer }) => to < read.from && (answer?.attempt ?? 0) > (read.answer?.attempt ?? 0),
      );
      if (older !== undefined) {
        violations.push({
          property: 'reads go forward',
          what: `${story.id ?? ''} had fewer attempts than before`,
          evidence: story,
        });
      }
    }
  }
  return violations;
}
