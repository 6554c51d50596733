/** A command as Postgres has it in the end. */
export interface CommandRow {
  readonly id: string;
  readonly customer: string;
  readonly device: string;
  readonly payload: string;
  readonly state: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly lapses: number;
  readonly releases: number;
  /** Status and output of the result that counted. */
  readonly content: string | null;
}

/** An entry of a customer's activity log, read in its order. */
export interface LogEntry {
  readonly customer: string;
  readonly seq: number;
  /** RFC 3339 in UTC with milliseconds, as it was hashed. */
  readonly at: string;
  readonly kind: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Canonical JSON, as it was hashed. */
  readonly data: string;
  readonly requestId: string | null;
  /** Hexadecimal. */
  readonly prevHash: string;
  readonly hash: string;
}
