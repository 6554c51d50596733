import { approvalFaults } from '../../domain/approval/approval-faults.js';
import { requireGlassBreaker } from '../../domain/approval/break-glass.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { factsForGrant } from '../../domain/command/proposal.js';
import { priorityRange } from '../../domain/command/command-type.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import type { CommandDrafter } from './command-drafter.js';
import { accepted, proposedEntry } from './proposal-outcome.js';

export interface BreakGlassInput {
  readonly caller: Caller;
  /** The id that the command gets: a repeated request brings the same one, and changes nothing. */
  readonly commandId: string;
  readonly deviceId: string;
  readonly type: string;
  readonly parameters: JsonObject;
  readonly reason: string;
}

export interface BreakGlassNeeds {
  readonly drafter: CommandDrafter;
  readonly work: UnitOfWork;
  readonly signer: GrantSigner;
  readonly follower: DispatchFollower;
  readonly liveness: SignInLiveness;
}

type Person = Extract<Principal, { kind: 'member' }>;

/**
 * An admin runs one command at once, whatever the policy asks for. The log tells it loudly, and it opens a review that
 * another admin has to close: command, entries and review are one transaction, with the role of that moment.
 */
export class BreakGlass {
  readonly #needs: BreakGlassNeeds;

  constructor(needs: BreakGlassNeeds) {
    this.#needs = needs;
  }

  async execute({ caller, reason, ...input }: BreakGlassInput): Promise<Command> {
    const { drafter, work, follower, liveness } = this.#needs;
    const { principal } = caller;
    requireAccess(principal, 'breakGlass');
    if (principal.kind !== 'member') throw approvalFaults.human_required();
    await liveness.requireAlive(signInOf(caller));
    const { command, now } = await drafter.recorded({ ...input, ...ordinary, caller, reason }, (draft) =>
      work.run((transaction) => this.#run(transaction, draft, { caller, principal, reason })),
    );
    if (now !== null) await follower.follow([command], now);
    return command;
  }

  async #run(
    transaction: Transaction,
    draft: NewCommand,
    { caller, principal, reason }: { caller: Caller; principal: Person; reason: string },
  ): Promise<{ command: Command; now: Date | null }> {
    const { commands, devices, reviews, roles, record, now } = transaction;
    const { customerId, id: commandId } = draft;
    await devices.lock(draft.deviceId);
    const role = (await roles.lock(customerId, [principal.id])).get(principal.id);
    if (role === undefined) throw generalFaults.forbidden('You do not belong to this customer any more.');
    requireGlassBreaker({ ...principal, role }, now);
    const known = await commands.lock(customerId, commandId);
    if (known !== null) return { command: known, now: null };
    const broken = await this.#broken(draft, principal.id);
    const command = accepted(await commands.propose(broken, proposedEntry(broken, caller)));
    const brokenBy = { id: principal.id, name: principal.name };
    const facts = { customerId, commandId, deviceId: draft.deviceId, type: command.type, reason };
    await reviews.open({ ...facts, brokenBy, openedAt: now, closing: null });
    const data = { type: command.type, risk: command.risk, parameters: command.parameters, reason };
    record(commandEntry(command, 'command.broke_glass', causeOfCaller(caller), data));
    return { command, now };
  }

  async #broken(draft: NewCommand, personId: string): Promise<NewCommand> {
    const grant = await this.#needs.signer.sign({
      commandId: draft.id,
      deviceId: draft.deviceId,
      digest: draft.digest,
      approvers: [personId],
      basis: 'break_glass',
      facts: factsForGrant(draft.envelope),
      notAfter: draft.expiresAt,
    });
    return {
      ...draft,
      approval: null,
      standingConsidered: true,
      grant,
      allowedBy: { kind: 'break_glass', id: personId },
    };
  }
}

/** What somebody in a hurry leaves as it is. */
const ordinary = {
  session: null,
  priority: priorityRange.default,
  notBefore: null,
  expiresInMs: null,
  maxAttempts: null,
  visibilityTimeoutMs: null,
  lane: null,
  dedupeKey: null,
  redriveOf: null,
} as const;
