import type { Caller } from '../../domain/customer/caller.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand, ProposalRequest } from '../../domain/command/proposal.js';
import { envelopeOf, expiryOf, factsForGrant, proposerOf } from '../../domain/command/proposal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import type { Clock } from '../ports/clock.js';
import type { CommandCatalogue } from '../ports/command-catalogue.js';
import type { Digests } from '../ports/digests.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { KnownDevices } from './known-devices.js';
import type { KnownPolicies } from './known-policies.js';
import { OutdatedDraft } from './proposal-outcome.js';

const maxTries = 5;

export interface DraftRequest extends ProposalRequest {
  /** The id that the command will have. */
  readonly commandId: string;
  readonly caller: Caller;
  readonly deviceId: string;
  /** The session that it belongs to; null when to none. */
  readonly session: Pick<SupportSession, 'id' | 'expiresAt'> | null;
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
  readonly #devices: KnownDevices;

  constructor(
    catalogue: CommandCatalogue,
    digests: Digests,
    signer: GrantSigner,
    clock: Clock,
    policies: KnownPolicies,
    devices: KnownDevices,
  ) {
    this.#catalogue = catalogue;
    this.#digests = digests;
    this.#signer = signer;
    this.#clock = clock;
    this.#policies = policies;
    this.#devices = devices;
  }

  /**
   * Has the draft recorded, and drafts anew when the approval policy or the device's credentials have changed since:
   * what is recorded follows the new ones.
   */
  async recorded<Result>(
    request: DraftRequest,
    record: (draft: NewCommand) => Promise<Result>,
  ): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      const draft = await this.#draft(request);
      try {
        return await record(draft);
      } catch (error) {
        if (!(error instanceof OutdatedDraft)) throw error;
        if (tries === maxTries) {
          throw generalFaults.dependency_unavailable('The approval policy, or the device, keeps changing.', {
            retryAfterMs: 1_000,
          });
        }
        this.#policies.forget(draft.customerId, draft.policyVersion);
        this.#devices.forget(draft.customerId, draft.deviceId, draft.credentialGeneration);
      }
    }
  }

  async #draft(request: DraftRequest): Promise<NewCommand> {
    const { principal } = request.caller;
    const device = await this.#devices.of(principal.customerId, request.deviceId);
    const type = this.#catalogue.find(request.type);
    if (type === null) throw commandFaults.unknown_command_type(`There is no command type ${request.type}.`);
    const checked = this.#catalogue.check(type, request.parameters);
    if (!checked.ok) throw commandFaults.invalid_parameters(undefined, { errors: checked.errors });

    const policy = await this.#policies.of(principal.customerId);
    const now = this.#clock.now();
    const proposedBy = proposerOf(principal);
    const sessionId = request.session?.id ?? null;
    const sessionEndsAt = request.session?.expiresAt ?? null;
    const expiresAt = expiryOf(request, type, now, sessionEndsAt);
    const rule = policy.rules[type.risk];
    const envelope = envelopeOf({
      commandId: request.commandId,
      customerId: principal.customerId,
      device,
      sessionId,
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
      deviceId: device.id,
      credentialGeneration: device.credentialGeneration,
      sessionId,
      sessionEndsAt,
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
      envelope,
      digest,
      allowedBy: null,
      approval: waits
        ? { envelope, digest, rule, decisions: [], expiresAt: new Date(now.getTime() + rule.windowMs) }
        : null,
      grant: waits ? null : await this.#grantByPolicy(request, envelope, digest, expiresAt),
    };
  }

  /** What the policy lets run at once gets a grant too, naming nobody. */
  #grantByPolicy(
    request: DraftRequest,
    envelope: JsonObject,
    digest: string,
    notAfter: Date,
  ): Promise<string> {
    return this.#signer.sign({
      commandId: request.commandId,
      deviceId: request.deviceId,
      digest,
      facts: factsForGrant(envelope),
      approvers: [],
      notAfter,
    });
  }
}
