import type { CommandState } from '../../domain/command/command-state.js';
import { release } from '../../domain/command/claim-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireClaim } from '../../domain/command/held-claim.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DeviceWrite } from './device-write.js';
import { writeAsDevice } from './device-write.js';

export interface ReleaseCommandInput extends DeviceWrite {
  readonly delayMs: number;
  readonly reason: string | null;
}

/** A device gives a command back, to be offered again after `delayMs`. */
export class ReleaseCommand {
  readonly #ledger: CommandLedger;
  readonly #tokens: ClaimTokens;
  readonly #follower: DispatchFollower;

  constructor(ledger: CommandLedger, tokens: ClaimTokens, follower: DispatchFollower) {
    this.#ledger = ledger;
    this.#tokens = tokens;
    this.#follower = follower;
  }

  async execute(input: ReleaseCommandInput): Promise<{ readonly state: CommandState }> {
    const { command, now } = await writeAsDevice(this.#ledger, this.#tokens, input, (view) => {
      requireClaim(view.command, view.reference);
      const released = release(view.command, input.delayMs, view.now);
      const after = commandAsOf(released, view.now, view.now);
      const entry = commandEntry(released, 'command.released', causeOfDevice(input.caller), {
        attempt: released.attempt,
        state: released.state,
        delayMs: input.delayMs,
        reason: input.reason,
      });
      return {
        outcome: { command: after.command, now: view.now },
        save: {
          command: after.command,
          entries: [...dueEntries(view.moves), entry, ...dueEntries(after.moves)],
        },
      };
    });
    await this.#follower.follow([command], now);
    return { state: command.state };
  }
}
