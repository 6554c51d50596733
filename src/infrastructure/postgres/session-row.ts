import type { Proposer } from '../../domain/command/command.js';
import type {
  SessionCloseReason,
  SessionStatus,
  SessionType,
  SupportSession,
} from '../../domain/session/support-session.js';

/** A row of `fieldgate.sessions`. */
export interface SessionRow {
  readonly id: string;
  readonly customer_id: string;
  readonly device_id: string;
  readonly type: SessionType;
  readonly description: string | null;
  readonly status: SessionStatus;
  readonly opened_by_kind: Proposer['kind'];
  readonly opened_by_id: string;
  readonly opened_by_name: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly closed_at: Date | null;
  readonly close_reason: SessionCloseReason | null;
}

export const sessionOf = (row: SessionRow): SupportSession => ({
  id: row.id,
  customerId: row.customer_id,
  deviceId: row.device_id,
  type: row.type,
  description: row.description,
  status: row.status,
  openedBy: { kind: row.opened_by_kind, id: row.opened_by_id, name: row.opened_by_name },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  closedAt: row.closed_at,
  closeReason: row.close_reason,
});

export const sessionRowOf = (session: SupportSession): SessionRow => ({
  id: session.id,
  customer_id: session.customerId,
  device_id: session.deviceId,
  type: session.type,
  description: session.description,
  status: session.status,
  opened_by_kind: session.openedBy.kind,
  opened_by_id: session.openedBy.id,
  opened_by_name: session.openedBy.name,
  created_at: session.createdAt,
  expires_at: session.expiresAt,
  closed_at: session.closedAt,
  close_reason: session.closeReason,
});
