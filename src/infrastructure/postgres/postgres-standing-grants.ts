import { sql } from 'kysely';

import type { StandingGrants } from '../../application/ports/standing-grants.js';
import type { Approval } from '../../domain/approval/approval.js';
import type { StandingDevices, StandingGrant, StandingState } from '../../domain/approval/standing-grant.js';
import type { Proposer } from '../../domain/command/command.js';
import type { Risk } from '../../domain/command/command-type.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

interface StandingGrantRow {
  readonly id: string;
  readonly customer_id: string;
  readonly type: string;
  readonly type_version: number;
  readonly risk: Risk;
  readonly parameters: JsonObject | null;
  readonly devices: StandingDevices;
  readonly reason: string;
  readonly max_uses: number;
  readonly uses: number;
  readonly state: StandingState;
  readonly requested_by: Proposer;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly policy_version: number;
  readonly approval: Omit<Approval, 'expiresAt'> & { readonly expiresAt: string };
}

const cursors = keysetCursor('standing-grants', 1);

export class PostgresStandingGrants implements StandingGrants {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async add(grant: StandingGrant): Promise<boolean> {
    const added = await this.#session.query(
      sql`insert into fieldgate.standing_grants (id, customer_id, type, type_version, risk, parameters, devices, reason,
          max_uses, uses, state, requested_by, created_at, expires_at, revoked_at, policy_version, approval)
        values (${grant.id}, ${grant.customerId}, ${grant.type}, ${grant.typeVersion}, ${grant.risk},
          ${grant.parameters === null ? null : JSON.stringify(grant.parameters)}::json,
          ${JSON.stringify(grant.devices)}::json, ${grant.reason}, ${grant.maxUses}, ${grant.uses}, ${grant.state},
          ${JSON.stringify(grant.requestedBy)}::json, ${grant.createdAt}, ${grant.expiresAt}, ${grant.revokedAt},
          ${grant.policyVersion}, ${JSON.stringify(grant.approval)}::json)
        on conflict (id) do nothing returning id`.compile(tables),
    );
    return added.length > 0;
  }

  async lock(customerId: string, id: string): Promise<StandingGrant | null> {
    return this.#one(customerId, id, true);
  }

  async find(customerId: string, id: string): Promise<StandingGrant | null> {
    return this.#one(customerId, id, false);
  }

  async lockActive(customerId: string, type: string): Promise<readonly StandingGrant[]> {
    const rows = await this.#session.query(
      sql<StandingGrantRow>`select g.* from fieldgate.standing_grants g
        where g.customer_id = ${customerId} and g.type = ${type} and g.state = 'active' and g.uses < g.max_uses
          and g.expires_at > fieldgate.clock_now()
        order by g.id for update`.compile(tables),
    );
    return rows.map(grantOf);
  }

  async restingOn(customerId: string, userId: string): Promise<readonly StandingGrant[]> {
    // The votes as text first, and exactly afterwards: what is approved may hold a NUL, into which Postgres does not look.
    const rows = await this.#session.query(
      sql<StandingGrantRow>`select g.* from fieldgate.standing_grants g
        where g.customer_id = ${customerId} and strpos(g.approval::text, ${JSON.stringify(userId)}) > 0
          and g.id::text in (select c.allowed_by ->> 'id' from fieldgate.commands c
            where c.customer_id = ${customerId} and c.allowed_by is not null and ${isOpen})
        order by g.id`.compile(tables),
    );
    return rows
      .map(grantOf)
      .filter(({ approval }) => approval.decisions.some(({ approved, by }) => approved && by.id === userId));
  }

  async save(grant: StandingGrant): Promise<void> {
    const saved = await this.#session.query(
      sql`update fieldgate.standing_grants set state = ${grant.state}, uses = ${grant.uses},
          revoked_at = ${grant.revokedAt}, approval = ${JSON.stringify(grant.approval)}::json
        where id = ${grant.id} and customer_id = ${grant.customerId} returning id`.compile(tables),
    );
    if (saved.length === 0) throw new Error('a standing grant was saved before it was added');
  }

  async list(customerId: string, page: PageRequest): Promise<Page<StandingGrant>> {
    const [before = null] = page.cursor === null ? [] : cursors.decode(page.cursor);
    if (before !== null && !isUuid(before)) throw foreignCursor();
    const rows = await this.#session.query(
      sql<StandingGrantRow>`select g.* from fieldgate.standing_grants g
        where g.customer_id = ${customerId} and (${before}::uuid is null or g.id < ${before}::uuid)
        order by g.id desc limit ${page.limit + 1}`.compile(tables),
    );
    return pageOf(rows, page, grantOf, ({ id }) => cursors.encode([id]));
  }

  async #one(customerId: string, id: string, locked: boolean): Promise<StandingGrant | null> {
    if (!isUuid(id) || !isUuid(customerId)) return null;
    const [row] = await this.#session.query(
      sql<StandingGrantRow>`select g.* from fieldgate.standing_grants g
        where g.id = ${id} and g.customer_id = ${customerId} ${locked ? sql`for update` : sql``}`.compile(
        tables,
      ),
    );
    return row === undefined ? null : grantOf(row);
  }
}

const grantOf = (row: StandingGrantRow): StandingGrant => ({
  id: row.id,
  customerId: row.customer_id,
  type: row.type,
  typeVersion: row.type_version,
  risk: row.risk,
  parameters: row.parameters,
  devices: row.devices,
  reason: row.reason,
  maxUses: row.max_uses,
  uses: row.uses,
  state: row.state,
  requestedBy: row.requested_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  policyVersion: row.policy_version,
  approval: { ...row.approval, expiresAt: new Date(row.approval.expiresAt) },
});
