import type { Approval } from '../approval/approval.js';
import type { JsonObject, JsonValue } from '../shared/json.js';
import type { Claim } from './claim.js';
import type { DeliveryClass, Risk } from './command-type.js';
import type { CommandState } from './command-state.js';
import type { StreamedOutput } from './streamed-output.js';

/** Who proposed a command; `name` is what they were called at that moment. */
export interface Proposer {
  readonly kind: 'member' | 'service_account';
  readonly id: string;
  readonly name: string;
}

/** The last sign of progress that a claim gave. */
export interface CommandProgress {
  readonly percent: number | null;
  readonly message: string | null;
  readonly output: string | null;
  readonly at: string;
  /** What it has put out up to then, not with the last report alone. */
  readonly stream: StreamedOutput;
}

export const resultStatuses = ['succeeded', 'failed', 'timed_out', 'cancelled', 'refused'] as const;
export type ResultStatus = (typeof resultStatuses)[number];

/** What a device says about how a command went. */
export interface ResultReport {
  readonly status: ResultStatus;
  readonly output: string | null;
  readonly data: JsonValue;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** By the device's own clock, RFC 3339; shown, never used to decide. */
  readonly startedAt: string | null;
  readonly durationMs: number | null;
}

/** The report that ended the command. `late`: it came after the lease had lapsed. */
export interface CommandResult extends ResultReport {
  readonly late: boolean;
  /** SHA-256 of the canonical report, hex: a repeated report is told from another one by it. */
  readonly digest: string;
}

/** A report that could not count any more, kept beside the record. */
export interface Evidence extends ResultReport {
  readonly attempt: number;
  readonly receivedAt: string;
}

/** A standing grant by its id; or the person, by theirs, who broke the glass. */
export interface Allowance {
  readonly kind: 'standing_grant' | 'break_glass';
  readonly id: string;
}

/** One thing for one device to do. Immutable: every rule returns a new one. */
export interface Command {
  readonly id: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly sessionId: string | null;
  /** The end of its session: from then on nothing of it begins. Null outside a session. */
  readonly sessionEndsAt: Date | null;
  readonly type: string;
  readonly typeVersion: number;
  readonly parameters: JsonObject;
  readonly priority: number;
  /** Commands of one lane of a device run one at a time, in the order of their acceptance. */
  readonly lane: string | null;
  /** Of the commands of a device with one key, one runs at most, and one waits at most: the newest. */
  readonly dedupeKey: string | null;
  /** Place in the device's queue: lower is earlier. Fixed for life, so retries keep their place. */
  readonly rank: number;
  readonly risk: Risk;
  readonly deliveryClass: DeliveryClass;
  readonly state: CommandState;
  /** Why it stands where it stands: a stable word such as `timed_out` or `approval_denied`. */
  readonly stateReason: string | null;
  /** Why it was proposed, in the proposer's words. */
  readonly proposalReason: string | null;
  readonly proposedBy: Proposer;
  readonly createdAt: Date;
  readonly notBefore: Date | null;
  /** Not started by then, it expires. */
  readonly expiresAt: Date;
  /** Lease of a claim that names none, in milliseconds. */
  readonly visibilityTimeoutMs: number;
  /** Number of the latest claim; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** How often a lease ran out, counted apart from what the device gave back by itself. */
  readonly lapses: number;
  readonly releases: number;
  /** The latest claim, for as long as its token means anything: through a lapse, until released or superseded. */
  readonly claim: Claim | null;
  readonly claimedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly progress: CommandProgress | null;
  readonly result: CommandResult | null;
  readonly evidence: readonly Evidence[];
  readonly approval: Approval | null;
  /** The signed grant that the device checks (compact JWS); null until the command may run. */
  readonly grant: string | null;
  /** What let it run at once although it would have waited; null for everything else. */
  readonly allowedBy: Allowance | null;
  readonly redriveOf: string | null;
  /** Counts writes; a write is accepted only on the version that was read. */
  readonly version: number;
}
