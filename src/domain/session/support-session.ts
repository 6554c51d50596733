import type { Proposer } from '../command/command.js';

export const sessionTypes = ['diagnostic', 'remediation'] as const;
/** What a session is opened for: to look, or to change something. It is told to people; what may run, the policy says. */
export type SessionType = (typeof sessionTypes)[number];

export const sessionStatuses = ['active', 'closed', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** For how long a session may be opened, in milliseconds. */
export const sessionLengthRange = { minMs: 1_000, maxMs: 86_400_000, defaultMs: 3_600_000 } as const;

/** A customer's window of work on one device. */
export interface SupportSession {
  readonly id: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly type: SessionType;
  readonly description: string | null;
  readonly status: SessionStatus;
  /** Who opened it; `name` is what they were called at that moment. */
  readonly openedBy: Proposer;
  readonly createdAt: Date;
  /** It is over from then on, whether anybody has written that down or not. */
  readonly expiresAt: Date;
  readonly closedAt: Date | null;
  /** Why it was closed, as a stable word; null while it is active, and when its time ran out. */
  readonly closeReason: SessionCloseReason | null;
}

export type SessionCloseReason =
  'closed_by_person' | 'device_suspended' | 'device_retired' | 'opener_removed' | 'opener_demoted';
