import type { Approval } from '../approval/approval.js';
import type { JsonObject } from '../shared/json.js';
import type { Allowance, Proposer } from './command.js';
import type { CommandType } from './command-type.js';

/** What somebody asks for: parameters are checked against the catalogue, times against their ranges. */
export interface ProposalRequest {
  readonly parameters: JsonObject;
  readonly priority: number;
  readonly reason: string | null;
  readonly notBefore: Date | null;
  readonly expiresInMs: number | null;
  readonly maxAttempts: number | null;
  readonly visibilityTimeoutMs: number | null;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
}

/** A command that is about to be recorded. The store adds its rank, the time of its acceptance and a version. */
export interface NewCommand {
  readonly id: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly sessionId: string | null;
  readonly type: CommandType;
  readonly parameters: JsonObject;
  readonly priority: number;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
  readonly proposalReason: string | null;
  readonly proposedBy: Proposer;
  readonly notBefore: Date | null;
  readonly expiresAt: Date;
  readonly maxAttempts: number;
  readonly visibilityTimeoutMs: number;
  readonly redriveOf: string | null;
  /** The approval policy under which it was drafted: it is recorded only while the customer has that one. */
  readonly policyVersion: number;
  /** Whether standing grants were considered. If not, the record says when one might let it run. */
  readonly standingConsidered: boolean;
  /** Of the envelope, also where nobody has to approve it. */
  readonly digest: string;
  readonly allowedBy: Allowance | null;
  /** Null when the policy lets it run at once. */
  readonly approval: Approval | null;
  readonly grant: string | null;
}

export interface EnvelopeFacts {
  readonly commandId: string;
  readonly customerId: string;
  readonly device: { readonly id: string; readonly credentialGeneration: number };
  readonly sessionId: string | null;
  readonly type: CommandType;
  readonly parameters: JsonObject;
  readonly proposedBy: Proposer;
  readonly policyVersion: number;
  readonly expiresAt: Date;
}

/** Exactly what is approved and run. Its canonical form (RFC 8785) is what the digest is made of. */
export function envelopeOf(facts: EnvelopeFacts): JsonObject {
  return {
    commandId: facts.commandId,
    customerId: facts.customerId,
    deliveryClass: facts.type.deliveryClass,
    deviceCredentialGeneration: facts.device.credentialGeneration,
    deviceId: facts.device.id,
    expiresAt: facts.expiresAt.toISOString(),
    parameters: facts.parameters,
    policyVersion: facts.policyVersion,
    proposedBy: { kind: facts.proposedBy.kind, id: facts.proposedBy.id },
    risk: facts.type.risk,
    sessionId: facts.sessionId,
    type: facts.type.type,
    typeVersion: facts.type.version,
  };
}

/** When a proposal that is not started expires, counted from the later of now and its `notBefore`. */
export function expiryOf(request: ProposalRequest, type: CommandType, now: Date): Date {
  const from = request.notBefore !== null && request.notBefore > now ? request.notBefore : now;
  return new Date(from.getTime() + (request.expiresInMs ?? type.defaults.expiresInMs));
}
