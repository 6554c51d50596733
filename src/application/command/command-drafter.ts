import type { ApprovalPolicy } from '../../domain/approval/approval.js';
import type { Caller } from '../../domain/customer/caller.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Proposer } from '../../domain/command/command.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand, ProposalRequest } from '../../domain/command/proposal.js';
import { envelopeOf, expiryOf } from '../../domain/command/proposal.js';
import type { Device } from '../../domain/device/device.js';
import type { Clock } from '../ports/clock.js';
import type { CommandCatalogue } from '../ports/command-catalogue.js';
import type { Digests } from '../ports/digests.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { KnownPolicies } from './known-policies.js';

export interface DraftRequest extends ProposalRequest {
  /** The id that the command will have. */
  readonly commandId: string;
  readonly caller: Caller;
  readonly device: Device;
  readonly sessionId: string | null;
  readonly type: string;
  readonly redriveOf: string | null;
}

/** Turns a proposal into a command to be recorded: checked, its envelope frozen, with what the policy asks for. */
export class CommandDrafter {
  readonly #catalogue: CommandCatalogue;
  readonly #digests: Digests;
  readonly #signer: GrantSigner;
  readonly #clock: Clock;
  readonly #policies: KnownPolicies;

  constructor(
    catalogue: CommandCatalogue,
    digests: Digests,
    signer: GrantSigner,
    clock: Clock,
    policies: KnownPolicies,
  ) {
    this.#catalogue = catalogue;
    this.#digests = digests;
    this.#signer = signer;
    this.#clock = clock;
    this.#policies = policies;
  }

  async draft(request: DraftRequest): Promise<NewCommand> {
    const type = this.#catalogue.find(request.type);
    if (type === null) throw commandFaults.unknown_command_type(`There is no command type ${request.type}.`);
    const checked = this.#catalogue.check(type, request.parameters);
    if (!checked.ok) throw commandFaults.invalid_parameters(undefined, { errors: checked.errors });

    const { principal } = request.caller;
    const policy = await this.#policies.of(principal.customerId);
    const now = this.#clock.now();
    const proposedBy = proposerOf(principal);
    const expiresAt = expiryOf(request, type, now);
    const rule = policy.rules[type.risk];
    const envelope = envelopeOf({
      commandId: request.commandId,
      customerId: principal.customerId,
      device: request.device,
      sessionId: request.sessionId,
      type,
      parameters: checked.parameters,
      proposedBy,
      policyVersion: policy.version,
      expiresAt,
    });
    const digest = this.#digests.of(envelope);
    const waits = rule.approvals > 0;
    return {
      id: request.commandId,
      customerId: principal.customerId,
      deviceId: request.device.id,
      sessionId: request.sessionId,
      type,
      parameters: checked.parameters,
      priority: request.priority,
      lane: request.lane,
      dedupeKey: request.dedupeKey,
      proposalReason: request.reason,
      proposedBy,
      notBefore: request.notBefore,
      expiresAt,
      maxAttempts: request.maxAttempts ?? type.defaults.maxAttempts,
      visibilityTimeoutMs: request.visibilityTimeoutMs ?? type.defaults.visibilityTimeoutMs,
      redriveOf: request.redriveOf,
      policyVersion: policy.version,
      standingConsidered: false,
      digest,
      allowedBy: null,
      approval: waits
        ? { envelope, digest, rule, decisions: [], expiresAt: new Date(now.getTime() + rule.windowMs) }
        : null,
      grant: waits ? null : await this.#grantByPolicy(request, policy, digest, expiresAt),
    };
  }

  /** What the policy lets run at once gets a grant too, naming nobody. */
  #grantByPolicy(
    request: DraftRequest,
    policy: ApprovalPolicy,
    digest: string,
    notAfter: Date,
  ): Promise<string> {
    return this.#signer.sign({
      commandId: request.commandId,
      deviceId: request.device.id,
      digest,
      approvers: [],
      policyVersion: policy.version,
      notAfter,
    });
  }
}

function proposerOf({ kind, id, name }: Principal): Proposer {
  if (kind === 'cli') throw generalFaults.forbidden('The command line proposes nothing.');
  return { kind, id, name };
}
