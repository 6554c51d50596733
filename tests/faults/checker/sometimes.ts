import type { Book } from './book.js';
import { waitedForLane } from './company.js';
import { judgedDeliveries } from './device-order.js';
import { merged, overlaps } from './span.js';
import { grantsOf } from './story.js';
import type { Story } from './story.js';

export interface Sometimes {
  readonly what: string;
  readonly seen: number;
  readonly needed: number;
}

export interface RunSize {
  readonly commands: number;
  /** How often each kind of fault was struck. */
  readonly struck: ReadonlyMap<string, number>;
}

/**
 * What must have happened for the run to prove anything. Needs grow with the size of the run, up to what is plenty;
 * a fault that this machine cannot do is not asked for.
 */
export function sometimes(book: Book, { commands, struck }: RunSize): readonly Sometimes[] {
  const counts = countAll(book);
  const scaled = (perThousand: number, plenty: number): number =>
    Math.min(plenty, Math.ceil((perThousand * commands) / 1_000));
  const lossy = [...struck].filter(([kind]) => /FLUSHALL|Redis power|lost tail/.test(kind));
  const kills = struck.get('gateway kill -9') ?? 0;
  return [
    { what: 'calls with an unknown outcome', seen: counts.info, needed: scaled(2, 100) },
    { what: 'claims that lapsed', seen: counts.lapsed, needed: scaled(10, 100) },
    { what: 'delivered again', seen: counts.redelivered, needed: scaled(10, 100) },
    { what: 'stale writes refused', seen: counts.staleRefused, needed: scaled(2, 50) },
    { what: 'late results that counted', seen: counts.late, needed: scaled(1, 50) },
    { what: 'conflicting results refused', seen: counts.conflicts, needed: scaled(1, 50) },
    { what: 'cancels that won', seen: counts.cancelsWon, needed: scaled(2, 50) },
    { what: 'cancels that lost', seen: counts.cancelsLost, needed: scaled(2, 50) },
    { what: 'attempts used up', seen: counts.dead, needed: scaled(1, 50) },
    { what: 'unknown outcomes', seen: counts.unknown, needed: scaled(0.2, 50) },
    { what: 'approved', seen: counts.approved, needed: scaled(5, 100) },
    { what: 'denied', seen: counts.denied, needed: scaled(1, 50) },
    { what: 'self-approvals refused', seen: counts.selfApprovals, needed: scaled(0.5, 20) },
    { what: 'expired before its start', seen: counts.expired, needed: Math.min(5, commands) },
    { what: 'strangers refused', seen: counts.strangers, needed: scaled(1, 50) },
    { what: 'clashing keys refused', seen: counts.clashes, needed: scaled(1, 20) },
    { what: 'doubtful proposals that were recorded once', seen: counts.repeated, needed: scaled(0.1, 20) },
    { what: 'claims replayed', seen: counts.replayed, needed: scaled(0.2, 20) },
    { what: 'revoked tokens refused', seen: counts.revoked, needed: Math.min(3, commands) },
    {
      what: 'first deliveries whose order was judged',
      seen: judgedDeliveries(book),
      needed: scaled(15, 1_000),
    },
    { what: 'waited for another one of their lane', seen: waitedForLane(book), needed: scaled(2, 500) },
    { what: 'replaced by a newer one with their key', seen: counts.replaced, needed: scaled(1, 200) },
    {
      what: 'gateways killed while they were asked',
      seen: counts.kills,
      needed: kills === 0 ? 0 : Math.ceil(kills / 2),
    },
    { what: 'kinds of fault that made Redis lose writes', seen: counts.lossyKinds, needed: lossy.length },
    {
      what: 'writes that Redis had acknowledged and lost',
      seen: counts.redisLost,
      needed: lossy.length === 0 ? 0 : 1,
    },
  ];
}

function countAll(book: Book) {
  const counts = { ...countStories(book), info: 0, revoked: 0, kills: 0, redisLost: 0, lossyKinds: 0 };
  const doubts = merged([...book.doubts.values()].flat());
  for (const { info } of book.operations.values()) counts.info += info;
  counts.revoked = book.sessions.filter(({ f, code }) => f === 'beat' && code === 'unauthenticated').length;
  for (const { kind, from, to, redisLost } of book.faults) {
    counts.redisLost += redisLost;
    const hurt = kind === 'gateway kill -9' && overlaps(doubts, { from, to });
    if (hurt) counts.kills += 1;
  }
  const lossy = book.faults.filter(
    ({ kind, redisLost }) => redisLost > 0 && /FLUSHALL|power|lost tail/.test(kind),
  );
  counts.lossyKinds = new Set(lossy.map(({ kind }) => kind)).size;
  return counts;
}

function countStories(book: Book) {
  const counts = {
    lapsed: 0,
    redelivered: 0,
    staleRefused: 0,
    late: 0,
    conflicts: 0,
    cancelsWon: 0,
    cancelsLost: 0,
    dead: 0,
    unknown: 0,
    approved: 0,
    denied: 0,
    selfApprovals: 0,
    expired: 0,
    strangers: 0,
    clashes: 0,
    repeated: 0,
    replayed: 0,
    replaced: 0,
  };
  const add = (name: keyof typeof counts, how: boolean | number): void => {
    counts[name] += Number(how);
  };
  for (const story of book.stories.values()) {
    const state = story.rows[0]?.state;
    const logged = (kind: string, to?: string): number =>
      story.log.filter((fact) => fact.kind === kind && (to === undefined || fact.state === to)).length;
    add('lapsed', logged('command.lapsed'));
    add('unknown', logged('command.lapsed', 'unknown_outcome'));
    add('approved', logged('command.approved'));
    add('denied', state === 'rejected');
    add('dead', state === 'dead');
    add('expired', state === 'expired');
    add('redelivered', grantsOf(story).length > 1);
    add('replayed', isReplayed(book, story));
    add('replaced', state === 'cancelled' && story.proposals.some(({ dedupeKey }) => dedupeKey !== null));
    countCalls(story, state, add);
  }
  return counts;
}

/** A claim was repeated, and brought what it had got: its answer had been lost, or the device asked again all the same. */
const isReplayed = (book: Book, { log, deliveries }: Story): boolean =>
  deliveries.some(({ attempt }, n) => deliveries.slice(0, n).some((before) => before.attempt === attempt)) ||
  log.some(
    ({ kind, cause, attempt }) =>
      kind === 'command.claimed' &&
      cause !== null &&
      book.outcomeOf(cause) === 'info' &&
      deliveries.some((delivery) => delivery.attempt === attempt),
  );

function countCalls(
  { proposals, writes, acts }: Story,
  state: string | undefined,
  add: (
    name:
      | 'staleRefused'
      | 'late'
      | 'conflicts'
      | 'strangers'
      | 'cancelsWon'
      | 'cancelsLost'
      | 'selfApprovals'
      | 'clashes'
      | 'repeated',
    how: boolean | number,
  ) => void,
): void {
  add('staleRefused', writes.filter(({ code }) => code === 'claim_superseded').length);
  add(
    'late',
    writes.some(({ answer }) => answer?.late === true),
  );
  add('conflicts', writes.filter(({ code }) => code === 'result_conflict').length);
  add('strangers', writes.filter(({ foreign, code }) => foreign && code === 'command_not_found').length);
  const cancels = acts.filter(
    ({ f, type, code }) => f === 'cancel' && (type === 'ok' || code === 'command_finished'),
  );
  add('cancelsWon', cancels.length > 0 && state === 'cancelled');
  add('cancelsLost', cancels.length > 0 && state !== 'cancelled');
  add('selfApprovals', acts.filter(({ code }) => code === 'self_approval').length);
  add('clashes', proposals.filter(({ code }) => code === 'idempotency_mismatch').length);
  add(
    'repeated',
    proposals.some(({ type }) => type === 'info') && proposals.some(({ type }) => type === 'ok'),
  );
}
