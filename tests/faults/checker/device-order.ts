import { nsOf } from '../history/history-event.js';
import type { ClaimCall } from '../history/history-event.js';
import type { Book } from './book.js';
import { acceptedBy, proposedFrom } from './story.js';
import type { Story } from './story.js';
import { unsettled } from './unsettled.js';
import type { IsUnsettled } from './unsettled.js';
import type { Violation } from './violation.js';

/** A command that went through no other hands before its first delivery, and when it stood in the queue for certain. */
interface Waiter {
  readonly story: Story;
  readonly priority: number;
  readonly proposedFrom: number;
  readonly acceptedBy: number;
  /** Until then it stood there: the first call that took it, or wanted it gone, was made later. */
  readonly until: number;
  readonly claim: ClaimCall | null;
  /** Its place in the answer of that call. */
  readonly place: number;
}

/**
 * First deliveries of a device go by priority, then by acceptance, wherever real time can decide: somebody who
 * certainly stood before in the queue was there before, during and after the call that got the other one.
 * Where a fault or a doubtful call may have kept the dispatch store from knowing, nothing is decided.
 */
export function deviceOrder(book: Book): Violation[] {
  const isUnsettled = unsettled(book);
  const violations: Violation[] = [];
  for (const waiters of waitersByDevice(book).values()) {
    violations.push(...withinAnswers(waiters), ...betweenAnswers(waiters, isUnsettled));
  }
  return violations;
}

/** How many first deliveries could be judged. */
export function judgedDeliveries(book: Book): number {
  const isUnsettled = unsettled(book);
  let judged = 0;
  for (const waiters of waitersByDevice(book).values()) {
    judged += waiters.filter(({ claim }) => claim !== null && !isUnsettled(claim.device, claim)).length;
  }
  return judged;
}

function waitersByDevice({ stories }: Book): ReadonlyMap<string, readonly Waiter[]> {
  const byDevice = new Map<string, Waiter[]>();
  for (const story of stories.values()) {
    const [proposal] = story.proposals;
    const accepted = acceptedBy(story);
    if (proposal === undefined || accepted === null || proposal.needs === 'approval') continue;
    // Who has company waits for others too: that is another promise.
    if (proposal.lane !== null || proposal.dedupeKey !== null) continue;
    const [first] = [...story.deliveries].sort((a, b) => a.claim.to - b.claim.to);
    // Seen first at a later attempt: the answer to an earlier one was lost, nobody knows when it was taken.
    if (first !== undefined && first.attempt !== 1) continue;
    // Never seen, and taken all the same: that answer was lost too, and there was no other attempt.
    if (first === undefined && story.log.some(({ kind }) => kind === 'command.claimed')) continue;
    const cancels = story.acts.filter(({ f }) => f === 'cancel').map(({ from }) => from);
    const expiry = proposedFrom(story) + nsOf(proposal.expiresInMs);
    const waiter = {
      story,
      priority: proposal.priority,
      proposedFrom: proposedFrom(story),
      acceptedBy: accepted,
      until: Math.min(first?.claim.from ?? Infinity, expiry, ...cancels),
      claim: first?.claim ?? null,
      place: first?.claim.answer?.findIndex(({ command }) => command === story.id) ?? -1,
    };
    const waiters = byDevice.get(proposal.device);
    if (waiters === undefined) byDevice.set(proposal.device, [waiter]);
    else waiters.push(waiter);
  }
  return byDevice;
}

const standsBefore = (a: Waiter, b: Waiter): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.acceptedBy < b.proposedFrom);

/** What one call brings comes in order, whatever has happened. */
function withinAnswers(waiters: readonly Waiter[]): Violation[] {
  const byClaim = Map.groupBy(
    waiters.filter(({ claim }) => claim !== null),
    ({ claim }) => claim,
  );
  return [...byClaim.values()].flatMap((together) =>
    [...together]
      .sort((a, b) => a.place - b.place)
      .flatMap((waiter, index, sorted) => {
        const former = sorted[index - 1];
        return former !== undefined && standsBefore(waiter, former) ? [outOfOrder(waiter, former)] : [];
      }),
  );
}

function betweenAnswers(waiters: readonly Waiter[], isUnsettled: IsUnsettled): Violation[] {
  const arrivals = [...waiters].sort((a, b) => a.acceptedBy - b.acceptedBy);
  const taken = waiters.filter(({ claim }) => claim !== null).sort((a, b) => fromOf(a) - fromOf(b));
  const violations: Violation[] = [];
  let standing: Waiter[] = [];
  let arrived = 0;
  for (const later of taken) {
    const { claim } = later;
    if (claim === null) continue;
    for (let next = arrivals[arrived]; next !== undefined && next.acceptedBy < claim.from;) {
      standing.push(next);
      arrived += 1;
      next = arrivals[arrived];
    }
    standing = standing.filter(({ until }) => until > claim.from);
    if (isUnsettled(claim.device, claim)) continue;
    const former = standing.find((waiter) => waiter.until > claim.to && standsBefore(waiter, later));
    if (former !== undefined) violations.push(outOfOrder(former, later));
  }
  return violations;
}

const fromOf = ({ claim }: Waiter): number => claim?.from ?? Infinity;

const outOfOrder = (former: Waiter, later: Waiter): Violation => ({
  property: 'order',
  what: `${later.story.id ?? ''} was delivered before ${former.story.id ?? ''}`,
  evidence: { former, later },
});
