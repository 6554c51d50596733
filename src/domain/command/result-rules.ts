import { sameJson } from '../shared/json.js';
import type { ClaimReference } from './held-claim.js';
import { namesLatestClaim } from './held-claim.js';
import type { Command, CommandProgress, Evidence, ResultReport, ResultStatus } from './command.js';
import type { CommandEvent } from './command-lifecycle.js';
import { isTerminal } from './command-state.js';
import { move } from './command-move.js';
import { withoutPieces } from './streamed-output.js';

/** Reports that no longer count are kept, but a device gone wild must not fill the disk with them. */
export const maxEvidence = 8;

export interface Report {
  readonly report: ResultReport;
  readonly digest: string;
  readonly reference: ClaimReference;
}

export type ReportAnswer =
  | { readonly kind: 'recorded' | 'repeated'; readonly command: Command; readonly late: boolean }
  | { readonly kind: 'conflict'; readonly command: Command }
  | { readonly kind: 'finished' | 'superseded'; readonly command: Command; readonly kept: boolean };

const endings: Readonly<Record<ResultStatus, { event: CommandEvent; reason: string | null }>> = {
  succeeded: { event: 'succeeded', reason: null },
  failed: { event: 'failed', reason: 'failed' },
  timed_out: { event: 'failed', reason: 'timed_out' },
  refused: { event: 'failed', reason: 'refused' },
  cancelled: { event: 'stopped', reason: 'cancelled_by_device' },
};

/** What a device's report does to a command. `command` stands as of `now`. */
export function report(command: Command, incoming: Report, now: Date): ReportAnswer {
  const { report: said, digest, reference } = incoming;
  const latest = namesLatestClaim(command, reference);
  if (latest && isTerminal(command.state) && command.result !== null) {
    if (command.result.digest !== digest) return { kind: 'conflict', command };
    return { kind: 'repeated', command, late: command.result.late };
  }
  if (!latest || isTerminal(command.state)) {
    const kind = isTerminal(command.state) ? 'finished' : 'superseded';
    const evidence = withEvidence(command, incoming, now);
    return evidence === null
      ? { kind, command, kept: false }
      : { kind, command: { ...command, evidence }, kept: true };
  }
  const late = command.state !== 'claimed';
  const { event, reason } = endings[said.status];
  const ended = move(command, event, now, {
    result: { ...said, late, digest },
    stateReason: reason ?? (command.cancelRequestedAt === null ? null : 'finished_before_cancel'),
    notBefore: null,
    progress: said.output === null ? command.progress : withoutStream(command.progress),
  });
  return { kind: 'recorded', command: ended, late };
}

/** The output of the result is all of it. */
const withoutStream = (progress: CommandProgress | null): CommandProgress | null =>
  progress === null ? null : { ...progress, stream: withoutPieces(progress.stream) };

/** The evidence with this report added; null when nothing is to be kept: forged, repeated or too many. */
function withEvidence(command: Command, incoming: Report, now: Date): readonly Evidence[] | null {
  if (incoming.reference === 'forged' || command.evidence.length >= maxEvidence) return null;
  const { attempt } = incoming.reference;
  const already = command.evidence.some(
    (kept) => kept.attempt === attempt && sameReport(kept, incoming.report),
  );
  if (already) return null;
  return [...command.evidence, { ...incoming.report, attempt, receivedAt: now.toISOString() }];
}

function sameReport(kept: Evidence, said: ResultReport): boolean {
  return (
    kept.status === said.status &&
    kept.output === said.output &&
    sameJson(kept.data, said.data) &&
    kept.error?.code === said.error?.code &&
    kept.error?.message === said.error?.message &&
    kept.startedAt === said.startedAt &&
    kept.durationMs === said.durationMs
  );
}
