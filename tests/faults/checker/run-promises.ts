import { msOf, nsOf } from '../history/history-event.js';
import type { FaultEvent, OperationCall } from '../history/history-event.js';
import type { Book } from './book.js';
import type { Span } from './span.js';
import type { Violation } from './violation.js';

/** Five seconds for revocation to be true everywhere. */
const revocation = nsOf(5_000);
/** How much of its past a Redis loses that synchronizes its file every second, and a bit. */
const reachBack = nsOf(3_000);
/** What a partial loss of Redis costs at most: everything is placed anew once a minute. */
export const drainLimitMs = 90_000;
const recoveryMs = 15_000;

/** Nobody gets in with a token that was called back; one from a sign-in beside the revocation may be a new one. */
export function revocations({ sessions, claims, stories, faults }: Book): Violation[] {
  const signedIn = new Map<string, number>();
  for (const { f, type, session, to } of sessions) {
    if (f === 'signIn' && type === 'ok') signedIn.set(session, to);
  }
  const revoked = Map.groupBy(
    sessions.filter(({ f, type }) => f === 'revoke' && type === 'ok'),
    ({ device }) => device,
  );
  const writes = [...stories.values()].flatMap((story) => story.writes);
  const uses = [...sessions.filter(({ f }) => f === 'beat'), ...[...claims.values()].flat(), ...writes];
  return uses.flatMap((use) => {
    const since = signedIn.get(use.session);
    if (use.type !== 'ok' || since === undefined) return [];
    const isOver = (revoked.get(use.device) ?? []).some(
      (revoke) =>
        since < revoke.from &&
        revoke.to + revocation < use.from &&
        !(isHarmless(use) && wasForgotten(revoke, faults)),
    );
    return isOver ? [{ property: 'revocation', what: `${use.session} is still let in`, evidence: use }] : [];
  });
}

/** Redis forgot the revocation together with its last seconds. */
const wasForgotten = (revoke: Span, faults: readonly FaultEvent[]): boolean =>
  faults.some(({ from, to, lostTail }) => lostTail && revoke.to >= from - reachBack && revoke.from <= to);

/** What a token that Redis brought back may still do: say that it lives, and find nothing to do. */
const isHarmless = (use: OperationCall): boolean =>
  use.f === 'beat' || (use.f === 'claim' && use.answer?.length === 0);

/** Once the last fault is over, all that is left comes to its end. */
export function liveness({ phases, faults }: Book): Violation[] {
  const proposed = phases.find(({ f }) => f === 'proposed_all')?.at;
  const drained = phases.find(({ f }) => f === 'drained')?.at;
  if (proposed === undefined || drained === undefined) {
    return [{ property: 'liveness', what: 'the run did not come to rest', evidence: phases }];
  }
  const healed = Math.max(proposed, ...faults.map(({ to }) => to));
  const tookMs = msOf(drained - healed);
  return tookMs <= drainLimitMs
    ? []
    : [
        {
          property: 'liveness',
          what: `it took ${String(Math.round(tookMs))} ms to come to rest`,
          evidence: phases,
        },
      ];
}

/** Proposals are served again soon after each fault. */
export function availability(book: Book): Violation[] {
  const gap = longestGap(book);
  const limitMs = Math.max(0, ...book.faults.map(({ from, to }) => msOf(to - from))) + recoveryMs;
  return gap.ms <= limitMs
    ? []
    : [{ property: 'availability', what: `no proposal for ${String(Math.round(gap.ms))} ms`, evidence: gap }];
}

/** The longest time between two proposals that were acknowledged, while there was something to propose. */
export function longestGap({ stories, phases }: Book): { readonly ms: number; readonly at: number } {
  const until = phases.find(({ f }) => f === 'proposed_all')?.at ?? Infinity;
  const times = [...stories.values()]
    .flatMap(({ proposals }) => proposals.filter(({ type }) => type === 'ok').map(({ to }) => to))
    .filter((at) => at <= until)
    .sort((a, b) => a - b);
  let longest = { ms: 0, at: 0 };
  for (const [index, at] of times.entries()) {
    const ms = msOf(at - (times[index - 1] ?? at));
    if (ms > longest.ms) longest = { ms, at: msOf(at) };
  }
  return longest;
}

/**
 * Where everything has ended, the dispatch store has nothing in any queue. A Redis that went back to an older state may
 * watch the deadlines of what has ended meanwhile, until they come.
 */
export function dispatchRemains(keys: readonly string[], faults: readonly FaultEvent[]): Violation[] {
  const queueParts = ['ready', 'held', 'delayed', 'ranks', 'holders', 'attempts'];
  const parts = faults.some(({ lostTail }) => lostTail) ? queueParts : [...queueParts, 'due'];
  return keys
    .filter((key) => parts.some((part) => key.includes(`}:${part}`)))
    .map((key) => ({ property: 'nothing remains', what: `Redis still holds ${key}`, evidence: key }));
}
