import type { AgentLog } from './agent-log.js';
import type { CommandResult } from './command-result.js';
import { GatewayRefusal } from './gateway-refusal.js';
import type { GatewaySession } from './gateway-session.js';
import type { Journal } from './journal.js';
import { resultAnswer } from './wire-contract.js';

export interface ResultReport {
  readonly id: string;
  /** The newest claim token: a redelivery may replace it while an older one is being tried. */
  readonly claimToken: () => string;
  readonly result: CommandResult;
}

export interface ReportTools {
  readonly session: GatewaySession;
  readonly journal: Journal;
  readonly log: AgentLog;
}

/**
 * Repeats one result, unchanged, until the gateway has given a definite answer, and notes that in the journal.
 * A superseded claim is not noted: the newer claim, when it arrives, is answered with the same result.
 */
export async function reportResult(
  report: ResultReport,
  tools: ReportTools,
  signal: AbortSignal,
): Promise<void> {
  const { id, result } = report;
  const { session, journal, log } = tools;
  for (;;) {
    const claimToken = report.claimToken();
    try {
      const answer = await session.call({
        type: 'result',
        claim: { id, claimToken },
        body: () => result,
        answer: resultAnswer,
        signal,
      });
      log.info('result recorded', { command: id, state: answer.state, late: answer.late });
      break;
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      if (error.code === 'claim_superseded' && report.claimToken() !== claimToken) continue;
      log.warn('result not recorded', { command: id, status: error.status, code: error.code });
      if (error.code === 'claim_superseded') return;
      break;
    }
  }
  await journal.settled(id);
}
