import type { Approval } from '../../domain/approval/approval.js';
import type { Claim } from '../../domain/command/claim.js';
import type {
  Allowance,
  Command,
  CommandProgress,
  CommandResult,
  Evidence,
  Proposer,
} from '../../domain/command/command.js';
import type { CommandState } from '../../domain/command/command-state.js';
import type { DeliveryClass, Risk } from '../../domain/command/command-type.js';
import { queueRank } from '../../domain/command/queue-rank.js';
import type { JsonObject } from '../../domain/shared/json.js';

/** What becomes of a value with dates in JSON. */
type Stored<Value> = { readonly [Key in keyof Value]: Value[Key] extends Date ? string : Value[Key] };

/** Written before output was kept, it has no stream. */
type StoredProgress = Omit<CommandProgress, 'stream'> & Partial<Pick<CommandProgress, 'stream'>>;

/** A row of `fieldgate.commands`. */
export interface CommandRow {
  readonly id: string;
  readonly customer_id: string;
  readonly device_id: string;
  readonly session_id: string | null;
  readonly session_ends_at: Date | null;
  readonly type: string;
  readonly type_version: number;
  readonly parameters: JsonObject;
  readonly priority: number;
  readonly acceptance: number;
  readonly lane: string | null;
  readonly dedupe_key: string | null;
  readonly risk: Risk;
  readonly delivery_class: DeliveryClass;
  readonly state: CommandState;
  readonly state_reason: string | null;
  readonly proposal_reason: string | null;
  readonly proposed_by: Proposer;
  readonly created_at: Date;
  readonly not_before: Date | null;
  readonly expires_at: Date;
  readonly visibility_timeout_ms: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly lapses: number;
  readonly releases: number;
  readonly claim: Stored<Claim> | null;
  readonly claimed_at: Date | null;
  readonly finished_at: Date | null;
  readonly cancel_requested_at: Date | null;
  readonly progress: StoredProgress | null;
  readonly result: CommandResult | null;
  readonly evidence: readonly Evidence[];
  readonly approval: Stored<Approval> | null;
  readonly grant_jws: string | null;
  readonly allowed_by: Allowance | null;
  readonly redrive_of: string | null;
  readonly due_at: Date | null;
  readonly dispatched: boolean;
  readonly changed_at: Date;
  readonly version: number;
}

export function commandOf(row: CommandRow): Command {
  return {
    id: row.id,
    customerId: row.customer_id,
    deviceId: row.device_id,
    sessionId: row.session_id,
    sessionEndsAt: row.session_ends_at,
    type: row.type,
    typeVersion: row.type_version,
    parameters: row.parameters,
    priority: row.priority,
    rank: queueRank(row.priority, row.acceptance),
    lane: row.lane,
    dedupeKey: row.dedupe_key,
    risk: row.risk,
    deliveryClass: row.delivery_class,
    state: row.state,
    stateReason: row.state_reason,
    proposalReason: row.proposal_reason,
    proposedBy: row.proposed_by,
    createdAt: row.created_at,
    notBefore: row.not_before,
    expiresAt: row.expires_at,
    visibilityTimeoutMs: row.visibility_timeout_ms,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    lapses: row.lapses,
    releases: row.releases,
    claim: row.claim === null ? null : claimOf(row.claim),
    claimedAt: row.claimed_at,
    finishedAt: row.finished_at,
    cancelRequestedAt: row.cancel_requested_at,
    progress: row.progress === null ? null : progressOf(row.progress, row.attempt),
    result: row.result,
    evidence: row.evidence,
    approval: row.approval === null ? null : { ...row.approval, expiresAt: new Date(row.approval.expiresAt) },
    grant: row.grant_jws,
    allowedBy: row.allowed_by,
    redriveOf: row.redrive_of,
    version: row.version,
  };
}

const progressOf = (stored: StoredProgress, attempt: number): CommandProgress => ({
  ...stored,
  stream: stored.stream ?? { attempt, from: 1, pieces: [] },
});

const claimOf = (stored: Stored<Claim>): Claim => ({
  ...stored,
  claimedAt: new Date(stored.claimedAt),
  leaseUntil: new Date(stored.leaseUntil),
  runUntil: new Date(stored.runUntil),
});
