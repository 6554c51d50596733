import { sql } from 'kysely';

import type { ApprovalPolicies } from '../../application/ports/approval-policies.js';
import { defaultApprovalPolicy } from '../../domain/approval/approval-policy.js';
import type { ApprovalPolicy, ApprovalRules } from '../../domain/approval/approval.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

interface PolicyRow {
  readonly version: number;
  readonly rules: ApprovalRules;
}

export class PostgresApprovalPolicies implements ApprovalPolicies {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async current(customerId: string): Promise<ApprovalPolicy> {
    if (!isUuid(customerId)) return defaultApprovalPolicy;
    const [row] = await this.#session.query(
      sql<PolicyRow>`select p.version, p.rules from fieldgate.approval_policies p
        where p.customer_id = ${customerId}`.compile(tables),
    );
    return row ?? defaultApprovalPolicy;
  }

  async lock(customerId: string): Promise<ApprovalPolicy> {
    // The customer, since a policy that was never changed has no row. The key stays: who refers to it need not wait.
    const customers = await this.#session.query(
      tables.selectFrom('customers').select('id').where('id', '=', customerId).forNoKeyUpdate().compile(),
    );
    if (customers.length === 0) throw generalFaults.not_found('There is no such customer.');
    return this.current(customerId);
  }

  async save(customerId: string, { version, rules }: ApprovalPolicy): Promise<void> {
    const saved = await this.#session.query(
      sql`insert into fieldgate.approval_policies as p (customer_id, version, rules, changed_at)
        values (${customerId}, ${version}, ${JSON.stringify(rules)}::json, fieldgate.clock_now())
        on conflict (customer_id) do update
          set version = excluded.version, rules = excluded.rules, changed_at = excluded.changed_at
          where p.version = excluded.version - 1
        returning p.version`.compile(tables),
    );
    if (saved.length === 0) throw new Error('an approval policy was saved that was not locked as it is');
  }
}
