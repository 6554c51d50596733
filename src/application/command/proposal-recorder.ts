import type { Command } from '../../domain/command/command.js';
import { supersede } from '../../domain/command/cancel-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { requireActive, sessionAsOf } from '../../domain/session/session-rules.js';
import type { CommandProposals } from '../ports/command-proposals.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import type { CommandDrafter, DraftRequest } from './command-drafter.js';
import { accepted, proposedEntry } from './proposal-outcome.js';
import { Turns } from './turns.js';
import { underStandingGrant } from './under-standing-grant.js';

/** Records proposals and offers what may run, or refuses them. Repeated, one brings back what is recorded. */
export class ProposalRecorder {
  readonly #drafter: CommandDrafter;
  readonly #proposals: CommandProposals;
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;
  readonly #signer: GrantSigner;
  readonly #turns = new Turns();

  constructor(
    drafter: CommandDrafter,
    proposals: CommandProposals,
    work: UnitOfWork,
    follower: DispatchFollower,
    signer: GrantSigner,
  ) {
    this.#drafter = drafter;
    this.#proposals = proposals;
    this.#work = work;
    this.#follower = follower;
    this.#signer = signer;
  }

  async record(request: DraftRequest): Promise<Command> {
    const { caller } = request;
    return this.#drafter.recorded(request, (draft) =>
      draft.dedupeKey === null && draft.sessionId === null
        ? this.#recordAlone(draft, caller)
        : this.#turns.take(draft.deviceId, () => this.#recordTogether(draft, caller)),
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
   * Together, or not at all: the newer command comes, those with its key that have not begun go, the standing grant
   * that lets it run, if there is one, is used once more, and its session is active at that moment. `isDue`: there is
   * a standing grant to be considered.
   */
  async #recordTogether(draft: NewCommand, caller: Caller, isDue = false): Promise<Command> {
    const { deviceId, customerId } = draft;
    const { command, superseded, now } = await this.#work.run(async (transaction) => {
      const { commands, devices, sessions, now } = transaction;
      // The lock on the device first, as everywhere; whose it is, the proposal itself asks.
      const device = await devices.lock(deviceId);
      const session = draft.sessionId === null ? null : await sessions.lock(customerId, draft.sessionId);
      const known = await commands.lock(customerId, draft.id);
      if (known !== null) return { command: known, superseded: [], now: null };
      if (session !== null) requireActive(sessionAsOf(session, now));
      const superseded = await makeRoom(transaction, draft, caller);
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

/** Calls off what the newer command takes the place of. */
async function makeRoom(
  { commands, now, record }: Transaction,
  { id, customerId, deviceId, dedupeKey }: NewCommand,
  caller: Caller,
): Promise<readonly Command[]> {
  if (dedupeKey === null) return [];
  const superseded: Command[] = [];
  for (const stored of await commands.lockOpen({ deviceId, dedupeKey })) {
    if (stored.customerId !== customerId) continue;
    const current = commandAsOf(stored, now);
    const command = supersede(current.command, now);
    if (command === null) continue;
    await commands.save(command);
    superseded.push(command);
    for (const entry of dueEntries(current.moves)) record(entry);
    const data = { state: command.state, reason: command.stateReason, supersededBy: id };
    record(commandEntry(command, 'command.cancelled', causeOfCaller(caller), data));
  }
  return superseded;
}
