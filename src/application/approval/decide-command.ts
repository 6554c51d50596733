import type { DecisionAnswer } from '../../domain/approval/decision-rules.js';
import { decide } from '../../domain/approval/decision-rules.js';
import type { Vote } from '../../domain/approval/vote.js';
import { votersOf } from '../../domain/approval/vote.js';
import type { ActivityKind } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { factsForGrant } from '../../domain/command/proposal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import type { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import { withLiveRole } from './live-role.js';
import { isRefusal, refusalsApartMs } from './refused-vote.js';

export interface DecideCommandInput extends Omit<Vote, 'voter'> {
  readonly caller: Caller;
  readonly commandId: string;
  /** The session that the command has to belong to; absent when that does not matter. */
  readonly sessionId?: string;
}

/**
 * One person's vote on a command that waits. With the quorum it goes on, with a denial it ends; decided is
 * decided. Command, vote and log entry are one transaction, with the roles of the voter, and of those who voted
 * before, as they are at that moment. A vote that is refused is in the log too, the same one at most once a minute.
 */
export class DecideCommand {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #signer: GrantSigner;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, liveness: SignInLiveness, signer: GrantSigner, follower: DispatchFollower) {
    this.#work = work;
    this.#liveness = liveness;
    this.#signer = signer;
    this.#follower = follower;
  }

  async execute(input: DecideCommandInput): Promise<Command> {
    try {
      return await this.#decide(input);
    } catch (error) {
      if (isRefusal(error)) await this.#noteRefusal(input, error);
      throw error;
    }
  }

  async #decide({ caller, commandId, sessionId, ...vote }: DecideCommandInput): Promise<Command> {
    requireAccess(caller.principal, 'decideCommand');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    const { command, now } = await this.#work.run(async (transaction) => {
      const voter = await withLiveRole(caller.principal, transaction.roles);
      const stored = await transaction.commands.lock(customerId, commandId);
      if (stored === null || (sessionId !== undefined && stored.sessionId !== sessionId))
        throw generalFaults.not_found('There is no such command.');
      requireAccess(voter, 'decideCommand');
      const { now } = transaction;
      const current = commandAsOf(stored, now);
      const roles = await transaction.roles.lock(customerId, votersOf(stored.approval));
      const answer = decide(current.command, { ...vote, voter }, roles, now);
      const isReplay = answer.kind === 'replayed';
      if (isReplay && current.moves.length === 0) return { command: answer.command, now };
      const command = await this.#withGrant(answer);
      await transaction.commands.save(command);
      for (const entry of dueEntries(current.moves)) transaction.record(entry);
      if (!isReplay) record(transaction, answer, caller, vote);
      return { command, now };
    });
    await this.#follower.follow([command], now);
    return command;
  }

  /** In a transaction of its own: the one of the vote was undone. The answer waits for it. */
  #noteRefusal({ caller, commandId, approved, reason }: DecideCommandInput, { code }: Fault): Promise<void> {
    return this.#work.run(async ({ commands, recordSeldom }) => {
      const command = await commands.lock(caller.principal.customerId, commandId);
      if (command === null) return;
      const data = { code, approved, reason };
      const entry = commandEntry(command, 'command.decision_refused', causeOfCaller(caller), data);
      await recordSeldom(entry, refusalsApartMs);
    });
  }

  async #withGrant({ kind, command, approvers }: DecisionAnswer): Promise<Command> {
    const { approval } = command;
    if (kind !== 'approved' || approval === null) return command;
    const grant = await this.#signer.sign({
      commandId: command.id,
      deviceId: command.deviceId,
      digest: approval.digest,
      facts: factsForGrant(approval.envelope),
      approvers,
      notAfter: command.expiresAt,
    });
    return { ...command, grant };
  }
}

function record(
  transaction: Transaction,
  { kind, command }: DecisionAnswer,
  caller: Caller,
  vote: Omit<Vote, 'voter'>,
): void {
  const cause = causeOfCaller(caller);
  const data = { approved: vote.approved, digest: vote.digest, reason: vote.reason, state: command.state };
  transaction.record(commandEntry(command, 'command.decided', cause, data));
  const outcome = outcomeKinds[kind];
  if (outcome !== null) transaction.record(commandEntry(command, outcome, cause, { digest: vote.digest }));
}

const outcomeKinds: Readonly<Record<DecisionAnswer['kind'], ActivityKind | null>> = {
  approved: 'command.approved',
  denied: 'command.rejected',
  counted: null,
  replayed: null,
};
