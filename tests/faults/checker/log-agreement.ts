import type { OperationCall } from '../history/history-event.js';
import type { ActivityLog } from './activity-log.js';
import type { Book } from './book.js';
import { grantsOf } from './story.js';
import type { LogFact, Story } from './story.js';
import type { Violation } from './violation.js';

/** The log tells each effect once, under a call that may have had it, and ends where the record does. */
export function logAgreement(book: Book, log: ActivityLog): Violation[] {
  const violations: Violation[] = [];
  for (const story of book.stories.values()) {
    const tell = (property: string, what: string): void => {
      violations.push({ property, what: `${story.id ?? story.payload}: ${what}`, evidence: story });
    };
    for (const { kind, cause } of story.log) {
      if (cause === null) continue;
      const outcome = book.outcomeOf(cause);
      if (outcome === null) tell('log agreement', `${kind} under a call that nobody made`);
      if (outcome === 'fail') tell('honest errors', `${kind} under call ${String(cause)}, which was refused`);
    }
    for (const missing of unlogged(story)) tell('log agreement', `${missing} is not in the log`);
    const [row] = story.rows;
    const end = row === undefined ? null : log.stateOf(row.id);
    if (row !== undefined && end !== row.state) {
      tell('log agreement', `the log ends with ${end ?? 'nothing'}, the record with ${row.state}`);
    }
  }
  return violations;
}

/** What was acknowledged and left no entry, under any of the tries that may have brought it about. */
function unlogged(story: Story): readonly string[] {
  const missing: string[] = [];
  const wanted = (
    acknowledged: readonly OperationCall[],
    kinds: readonly string[],
    tries: readonly OperationCall[],
  ): void => {
    if (acknowledged.length > 0 && !tries.some(({ i }) => isLogged(story.log, kinds, i))) {
      missing.push(kinds[0] ?? '');
    }
  };
  const accepted = story.proposals.filter(({ clashes }) => !clashes);
  wanted(accepted.filter(isOk), ['command.proposed'], accepted);
  for (const { attempt, deliveries } of grantsOf(story)) {
    const isClaimed = story.log.some((fact) => fact.kind === 'command.claimed' && fact.attempt === attempt);
    if (deliveries.length > 0 && !isClaimed) missing.push(`command.claimed ${String(attempt)}`);
  }
  for (const f of ['release', 'result'] as const) {
    const writes = story.writes.filter((write) => write.f === f);
    const kind = f === 'release' ? 'command.released' : 'command.finished';
    for (const attempt of new Set(writes.filter(isOk).map((write) => write.attempt))) {
      const tries = writes.filter((write) => write.attempt === attempt);
      wanted(tries.filter(isOk), [kind], tries);
    }
  }
  const acts = (f: string): OperationCall[] => story.acts.filter((act) => act.f === f);
  const cancels = acts('cancel');
  wanted(cancels.filter(isOk), ['command.cancelled', 'command.cancel_requested'], cancels);
  for (const f of ['approve', 'deny']) wanted(acts(f).filter(isOk), ['command.decided'], acts(f));
  wanted(acts('settle').filter(isOk), ['command.settled'], acts('settle'));
  return missing;
}

const isOk = ({ type }: OperationCall): boolean => type === 'ok';

const isLogged = (log: readonly LogFact[], kinds: readonly string[], call: number): boolean =>
  log.some(({ kind, cause }) => cause === call && kinds.includes(kind));
