import { dueEntries } from '../../domain/command/command-entries.js';
import { requireClaim } from '../../domain/command/held-claim.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DeviceWrite } from './device-write.js';
import { writeAsDevice } from './device-write.js';

export interface ReportProgressInput extends DeviceWrite {
  readonly percent: number | null;
  readonly message: string | null;
  readonly output: string | null;
}

/** Keeps the last sign of progress of a claim. It neither extends the claim nor leaves a trace in the log. */
export class ReportProgress {
  readonly #ledger: CommandLedger;
  readonly #tokens: ClaimTokens;

  constructor(ledger: CommandLedger, tokens: ClaimTokens) {
    this.#ledger = ledger;
    this.#tokens = tokens;
  }

  async execute(input: ReportProgressInput): Promise<{ readonly cancelRequested: boolean }> {
    const { percent, message, output } = input;
    return writeAsDevice(this.#ledger, this.#tokens, input, ({ command, moves, reference, now }) => {
      requireClaim(command, reference);
      const progress = { percent, message, output, at: now.toISOString() };
      return {
        outcome: { cancelRequested: command.cancelRequestedAt !== null },
        save: { command: { ...command, progress }, entries: dueEntries(moves) },
      };
    });
  }
}
