import { sql } from 'kysely';

import type { CommandReading } from '../../application/ports/command-records.js';
import type { Approval } from '../../domain/approval/approval.js';
import { commandBehind, hindranceOf, queuePaused } from './command-hindrance.js';
import type { HindranceColumns } from './command-hindrance.js';
import { commandOf } from './command-row.js';
import type { CommandRow } from './command-row.js';
import { tables } from './postgres-tables.js';

/** What can be long, and does not say where a command stands. */
type Content = 'parameters' | 'progress' | 'result' | 'evidence' | 'approval' | 'grant_jws';

export interface CommandStandingRow extends Omit<CommandRow, Content>, HindranceColumns {
  readonly approvable: boolean;
  readonly as_of: Date;
}

/** Commands without their content, with the database's time. */
export const commandStandings = tables
  .selectFrom('commands')
  .select([
    'id',
    'customer_id',
    'device_id',
    'session_id',
    'session_ends_at',
    'type',
    'type_version',
    'priority',
    'acceptance',
    'lane',
    'dedupe_key',
    'risk',
    'delivery_class',
    'state',
    'state_reason',
    'proposal_reason',
    'proposed_by',
    'created_at',
    'not_before',
    'expires_at',
    'visibility_timeout_ms',
    'attempt',
    'max_attempts',
    'lapses',
    'releases',
    'claim',
    'claimed_at',
    'finished_at',
    'cancel_requested_at',
    'allowed_by',
    'redrive_of',
    'due_at',
    'dispatched',
    'changed_at',
    'version',
  ])
  .select([
    sql<boolean>`approval is not null`.as('approvable'),
    sql<Date>`fieldgate.clock_now()`.as('as_of'),
    queuePaused('commands').as('queue_paused'),
    commandBehind('commands').as('behind'),
  ]);

export function standingOf(row: CommandStandingRow): CommandReading {
  const command = commandOf({
    ...row,
    parameters: {},
    progress: null,
    result: null,
    evidence: [],
    approval: null,
    grant_jws: null,
  });
  const now = row.as_of;
  const hindrance = hindranceOf(row);
  if (!row.approvable) return { command, now, hindrance };
  // Looking into the stored approval would mean reading all of it, and Postgres refuses some texts inside. When it
  // lapses is known without: a waiting command is due at the earlier of that and its own expiry.
  return {
    command: { ...command, approval: { ...noApproval, expiresAt: row.due_at ?? row.expires_at } },
    now,
    hindrance,
  };
}

const noApproval: Omit<Approval, 'expiresAt'> = {
  envelope: {},
  digest: '',
  rule: { approvals: 0, roles: [], selfApproval: false, mfa: false, windowMs: 0, reasonRequired: false },
  decisions: [],
};
