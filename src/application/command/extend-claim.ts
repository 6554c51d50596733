import { extend } from '../../domain/command/claim-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { requireClaim } from '../../domain/command/held-claim.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DeviceWrite } from './device-write.js';
import { writeAsDevice } from './device-write.js';

export interface ExtendedClaim {
  readonly visibleForMs: number;
  readonly cancelRequested: boolean;
}

/** Keeps a claim alive for `extensionMs` from now, within the 12 hours that one claim may last. */
export class ExtendClaim {
  readonly #ledger: CommandLedger;
  readonly #tokens: ClaimTokens;
  readonly #follower: DispatchFollower;

  constructor(ledger: CommandLedger, tokens: ClaimTokens, follower: DispatchFollower) {
    this.#ledger = ledger;
    this.#tokens = tokens;
    this.#follower = follower;
  }

  async execute(input: DeviceWrite & { readonly extensionMs: number }): Promise<ExtendedClaim> {
    const { command, now } = await writeAsDevice(this.#ledger, this.#tokens, input, (view) => {
      requireClaim(view.command, view.reference);
      const extended = extend(view.command, input.extensionMs, view.now);
      const resumed =
        view.command.state === 'claimed'
          ? []
          : [
              commandEntry(extended, 'command.resumed', causeOfDevice(input.caller), {
                attempt: extended.attempt,
              }),
            ];
      return {
        outcome: { command: extended, now: view.now },
        save: { command: extended, entries: [...dueEntries(view.moves), ...resumed] },
      };
    });
    await this.#follower.follow([command], now);
    return { visibleForMs: input.extensionMs, cancelRequested: command.cancelRequestedAt !== null };
  }
}
