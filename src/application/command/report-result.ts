import type { ResultReport } from '../../domain/command/command.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { CommandState } from '../../domain/command/command-state.js';
import { finished } from '../../domain/command/held-claim.js';
import type { ReportAnswer } from '../../domain/command/result-rules.js';
import { report } from '../../domain/command/result-rules.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger, Verdict } from '../ports/command-ledger.js';
import type { Digests } from '../ports/digests.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DeviceWrite, WriteView } from './device-write.js';
import { writeAsDevice } from './device-write.js';

export interface ReportResultInput extends DeviceWrite {
  readonly report: ResultReport;
}

export interface ReportedResult {
  readonly state: CommandState;
  readonly late: boolean;
}

/**
 * A device says how a command ended. The first report under the latest claim counts, even after its lease;
 * repeating it brings the same answer; whatever comes too late is kept as evidence.
 */
export class ReportResult {
  readonly #ledger: CommandLedger;
  readonly #tokens: ClaimTokens;
  readonly #digests: Digests;
  readonly #follower: DispatchFollower;

  constructor(ledger: CommandLedger, tokens: ClaimTokens, digests: Digests, follower: DispatchFollower) {
    this.#ledger = ledger;
    this.#tokens = tokens;
    this.#digests = digests;
    this.#follower = follower;
  }

  async execute(input: ReportResultInput): Promise<ReportedResult> {
    const digest = this.#digests.of({ ...input.report });
    const { answer, now } = await writeAsDevice(this.#ledger, this.#tokens, input, (view) => {
      const said = { report: input.report, digest, reference: view.reference };
      return this.#verdict(input, view, report(view.command, said, view.now));
    });
    const { command } = answer;
    // What time had moved was written with it, also where it is evidence only.
    if (isKept(answer)) await this.#follower.follow([command], now);
    switch (answer.kind) {
      case 'recorded':
      case 'repeated':
        return { state: command.state, late: answer.late };
      case 'conflict':
        throw commandFaults.result_conflict(undefined, { details: { state: command.state } });
      case 'finished':
        throw finished(command);
      case 'superseded':
        throw commandFaults.claim_superseded();
    }
  }

  #verdict(
    input: ReportResultInput,
    { moves, now }: WriteView,
    answer: ReportAnswer,
  ): Verdict<{ answer: ReportAnswer; now: Date }> {
    const outcome = { answer, now };
    const { command } = answer;
    if (answer.kind === 'recorded') {
      const entry = commandEntry(command, 'command.finished', causeOfDevice(input.caller), {
        attempt: command.attempt,
        state: command.state,
        status: input.report.status,
        late: answer.late,
        cancel: cancelOutcome(command.cancelRequestedAt !== null, command.state),
      });
      return { outcome, save: { command, entries: [...dueEntries(moves), entry] } };
    }
    return isKept(answer) ? { outcome, save: { command, entries: dueEntries(moves) } } : { outcome };
  }
}

const isKept = (answer: ReportAnswer): boolean =>
  answer.kind === 'recorded' || ((answer.kind === 'finished' || answer.kind === 'superseded') && answer.kept);

function cancelOutcome(requested: boolean, state: CommandState): 'honoured' | 'too_late' | null {
  if (!requested) return null;
  return state === 'cancelled' ? 'honoured' : 'too_late';
}
