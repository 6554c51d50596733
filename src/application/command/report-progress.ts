import { dueEntries } from '../../domain/command/command-entries.js';
import { requireClaim } from '../../domain/command/held-claim.js';
import { withOutput } from '../../domain/command/streamed-output.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { LiveBus } from '../ports/live-bus.js';
import type { DeviceWrite } from './device-write.js';
import { writeAsDevice } from './device-write.js';

export interface ReportProgressInput extends DeviceWrite {
  readonly percent: number | null;
  readonly message: string | null;
  readonly output: string | null;
}

/**
 * Keeps the last sign of progress of a claim and the end of what it has put out, and tells of it. It neither extends the claim nor leaves a trace in the
 * log.
 */
export class ReportProgress {
  readonly #ledger: CommandLedger;
  readonly #tokens: ClaimTokens;
  readonly #live: LiveBus;

  constructor(ledger: CommandLedger, tokens: ClaimTokens, live: LiveBus) {
    this.#ledger = ledger;
    this.#tokens = tokens;
    this.#live = live;
  }

  async execute(input: ReportProgressInput): Promise<{ readonly cancelRequested: boolean }> {
    const { percent, message, output } = input;
    const written = await writeAsDevice(
      this.#ledger,
      this.#tokens,
      input,
      ({ command, moves, reference, now }) => {
        requireClaim(command, reference);
        const stream = withOutput(command.progress?.stream ?? null, command.attempt, output);
        const progress = { percent, message, output, at: now.toISOString(), stream };
        return { outcome: command, save: { command: { ...command, progress }, entries: dueEntries(moves) } };
      },
    );
    const { customerId, deviceId, sessionId, id: commandId } = written;
    void this.#live.tell({ kind: 'progress', customerId, deviceId, sessionId, commandId });
    return { cancelRequested: written.cancelRequestedAt !== null };
  }
}
