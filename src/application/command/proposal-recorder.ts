import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { supersede } from '../../domain/command/cancel-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { requireActive, sessionAsOf } from '../../domain/session/session-rules.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandProposals, ProposalOutcome } from '../ports/command-proposals.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';

/** Records proposals and offers what may run, or refuses them. Repeated, one brings back what is recorded. */
export class ProposalRecorder {
  readonly #proposals: CommandProposals;
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(proposals: CommandProposals, work: UnitOfWork, follower: DispatchFollower) {
    this.#proposals = proposals;
    this.#work = work;
    this.#follower = follower;
  }

  async record(draft: NewCommand, caller: Caller): Promise<Command> {
    return draft.dedupeKey === null && draft.sessionId === null
      ? this.#recordAlone(draft, caller)
      : this.#recordTogether(draft, caller);
  }

  async #recordAlone(draft: NewCommand, caller: Caller): Promise<Command> {
    const outcome = await this.#proposals.propose(draft, proposedEntry(draft, caller));
    const command = accepted(outcome);
    // A repetition knows nothing new, and not what time it is: whatever is left to be done, the reconciler does.
    if (outcome.kind === 'accepted') await this.#follower.follow([command], command.createdAt);
    return command;
  }

  /**
   * Together, or not at all: the newer command comes, and those with its key that have not begun go; and its session
   * is active at that moment.
   */
  async #recordTogether(draft: NewCommand, caller: Caller): Promise<Command> {
    const { deviceId, customerId } = draft;
    const { command, superseded, now } = await this.#work.run(async (transaction) => {
      const { commands, devices, sessions, now } = transaction;
      // The lock on the device first, as everywhere; whose it is, the proposal itself asks.
      await devices.lock(deviceId);
      const session = draft.sessionId === null ? null : await sessions.lock(customerId, draft.sessionId);
      const known = await commands.lock(customerId, draft.id);
      if (known !== null) return { command: known, superseded: [], now: null };
      if (session !== null) requireActive(sessionAsOf(session, now));
      const superseded = await makeRoom(transaction, draft, caller);
      // A refusal is thrown, and takes everything back.
      const command = accepted(await commands.propose(draft, proposedEntry(draft, caller)));
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

const proposedEntry = (draft: NewCommand, caller: Caller): NewEntry =>
  commandEntry(draft, 'command.proposed', causeOfCaller(caller), {
    type: draft.type.type,
    risk: draft.type.risk,
    waits: draft.approval !== null,
    digest: draft.approval?.digest ?? null,
    redriveOf: draft.redriveOf,
    lane: draft.lane,
    dedupeKey: draft.dedupeKey,
  });

function accepted(outcome: ProposalOutcome): Command {
  switch (outcome.kind) {
    case 'accepted':
    case 'repeated':
      return outcome.command;
    case 'queue_full':
      throw commandFaults.queue_full(undefined, {
        details: { depth: outcome.depth, oldestAgeMs: outcome.oldestAgeMs },
        retryAfterMs: 10_000,
      });
    case 'device_not_active':
      throw commandFaults.device_not_active(`The device is ${outcome.lifecycle}.`, {
        details: { lifecycle: outcome.lifecycle },
      });
    case 'no_such_device':
      throw generalFaults.not_found('There is no such device.');
  }
}
