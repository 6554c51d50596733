import { sql } from 'kysely';

import type { LocalSession } from '../../application/ports/local-sessions.js';
import type { LocalAccountRow } from './local-account-row.js';
import { localAccountOf } from './local-account-row.js';

export interface LocalSessionRow extends LocalAccountRow {
  readonly session_id: string;
  readonly started_at: Date;
  readonly factor_id: string | null;
  readonly factor_used_at: Date | null;
}

/** Sessions `s` with their accounts `a`. */
export const livingSession = sql`
  select a.*, s.id as session_id, s.started_at, s.factor_id, s.factor_used_at
    from fieldgate.local_sessions s join fieldgate.local_accounts a on a.id = s.account_id`;

export const localSessionOf = (row: LocalSessionRow): LocalSession => ({
  id: row.session_id,
  startedAt: row.started_at,
  // The time outlives the factor that was used.
  factorUsedAt: row.factor_id === null ? null : row.factor_used_at,
  account: localAccountOf(row),
});
