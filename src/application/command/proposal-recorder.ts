import type { Command } from '../../domain/command/command.js';
import { supersede } from '../../domain/command/cancel-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { CommandProposals } from '../ports/command-proposals.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { accepted, proposedEntry, whileOutdated } from './proposal-outcome.js';
import { Turns } from './turns.js';
import { underStandingGrant } from './under-standing-grant.js';
import type { KnownPolicies } from './known-policies.js';

/** Records proposals and offers what may run, or refuses them. Repeated, one brings back what is recorded. */
export class ProposalRecorder {
  readonly #proposals: CommandProposals;
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;
  readonly #policies: KnownPolicies;
  readonly #signer: GrantSigner;
  readonly #turns = new Turns();

  constructor(
    proposals: CommandProposals,
    work: UnitOfWork,
    follower: DispatchFollower,
    policies: KnownPolicies,
    signer: GrantSigner,
  ) {
    this.#proposals = proposals;
    this.#work = work;
    this.#follower = follower;
    this.#policies = policies;
    this.#signer = signer;
  }

  /** `draft` is asked again when the approval policy has changed since: what is recorded follows the new one. */
  async record(draft: () => Promise<NewCommand>, caller: Caller): Promise<Command> {
    return whileOutdated(this.#policies, draft, (drafted) =>
      drafted.dedupeKey === null
        ? this.#recordAlone(drafted, caller)
        : this.#turns.take(drafted.deviceId, () => this.#recordTogether(drafted, caller)),
    );
  }

  async #recordAlone(draft: NewCommand, caller: Caller): Promise<Command> {
    const outcome = await this.#proposals.propose(draft, proposedEntry(draft, caller));
    if (outcome.kind === 'standing_grant_due') {
      return this.#turns.take(draft.customerId, () => this.#recordTogether(draft, caller, true));
    }
    const command = accepted(outcome);
    // A repetition knows nothing new, and not what time it is: whatever is left to be done, the reconciler does.
    if (outcome.kind === 'accepted') await this.#follower.follow([command], command.createdAt);
    return command;
  }

  /**
   * Together, or not at all: the newer command comes, those with its key that have not begun go, and the standing
   * grant that lets it run, if there is one, is used once more. `isDue`: there is one to be considered.
   */
  async #recordTogether(draft: NewCommand, caller: Caller, isDue = false): Promise<Command> {
    const { deviceId, customerId, dedupeKey } = draft;
    const { command, superseded, now } = await this.#work.run(async (transaction) => {
      const { commands, devices, now } = transaction;
      // The lock on the device first, as everywhere; whose it is, the proposal itself asks.
      const device = await devices.lock(deviceId);
      const known = await commands.lock(customerId, draft.id);
      if (known !== null) return { command: known, superseded: [], now: null };
      const superseded: Command[] = [];
      const keyed = dedupeKey === null ? [] : await commands.lockKeyed(deviceId, dedupeKey);
      for (const stored of keyed) {
        if (stored.customerId !== customerId) continue;
        const current = commandAsOf(stored, now);
        const command = supersede(current.command, now);
        if (command === null) continue;
        await commands.save(command);
        superseded.push(command);
        for (const entry of dueEntries(current.moves)) transaction.record(entry);
        const data = { state: command.state, reason: command.stateReason, supersededBy: draft.id };
        transaction.record(commandEntry(command, 'command.cancelled', causeOfCaller(caller), data));
      }
      // A refusal is thrown, and takes everything back.
      const propose = (drafted: NewCommand) => commands.propose(drafted, proposedEntry(drafted, caller));
      const consider = () => underStandingGrant(transaction, this.#signer, draft, device);
      let outcome = await propose(isDue ? await consider() : draft);
      if (outcome.kind === 'standing_grant_due') outcome = await propose(await consider());
      const command = accepted(outcome);
      return { command, superseded, now };
    });
    if (now !== null) await this.#follower.follow([...superseded, command], now);
    return command;
  }
}
