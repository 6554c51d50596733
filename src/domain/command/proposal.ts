import type { Approval } from '../approval/approval.js';
import type { Principal } from '../customer/principal.js';
import { generalFaults } from '../shared/general-faults.js';
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
  /** For which credentials of the device it was drafted: it is recorded only while the device has those. */
  readonly credentialGeneration: number;
  readonly sessionId: string | null;
  readonly sessionEndsAt: Date | null;
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
  /** Exactly what may run, and its digest; also where nobody has to approve it. */
  readonly envelope: JsonObject;
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

/** Whom a command, or a session, is noted to come from. */
export function proposerOf({ kind, id, name }: Principal): Proposer {
  if (kind === 'cli') throw generalFaults.forbidden('The command line proposes nothing.');
  return { kind, id, name };
}

/**
 * When a proposal that is not started expires, counted from the later of now and its `notBefore`. It does not outlive
 * its session; one that could begin only after it is refused.
 */
export function expiryOf(
  request: ProposalRequest,
  type: CommandType,
  now: Date,
  sessionEndsAt: Date | null = null,
): Date {
  const from = request.notBefore !== null && request.notBefore > now ? request.notBefore : now;
  const expiresAt = new Date(from.getTime() + (request.expiresInMs ?? type.defaults.expiresInMs));
  if (sessionEndsAt === null || expiresAt < sessionEndsAt) return expiresAt;
  if (from > now && from >= sessionEndsAt) {
    throw generalFaults.invalid_request(undefined, {
      errors: [{ path: 'notBefore', message: 'must be before the end of the session' }],
    });
  }
  return sessionEndsAt;
}

/** What a device knows of an envelope without its grant: its own id, and what it is handed with the command. */
const handedOver: ReadonlySet<string> = new Set([
  'commandId',
  'deviceId',
  'type',
  'parameters',
  'deliveryClass',
]);

/** The members of an envelope that a grant has to carry, so that the device can make the digest anew. */
export function factsForGrant(envelope: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(envelope).filter(([name]) => !handedOver.has(name)));
}
