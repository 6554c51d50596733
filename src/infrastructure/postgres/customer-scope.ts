import { sql } from 'kysely';
import type { WireStatement } from './postgres-connection.js';
import type { PostgresPool } from './postgres-pool.js';
import { begin } from './postgres-pool.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

/** The customer on whose behalf the work at hand is done; null when it is the gateway's own. */
export type CustomerScope = () => string | null;

export const gatewaysOwn: CustomerScope = () => null;

/** Rejects with what to do about it when the pool's user cannot take the role of customers. */
export async function requireCustomerRole(pool: PostgresPool): Promise<void> {
  const [row] = await pool.query(
    sql<{ member: boolean; name: string }>`select current_user as name,
      pg_has_role(current_user, 'fieldgate_customer', 'member') as member`.compile(tables),
  );
  if (row?.member === true) return;
  const name = row?.name ?? 'the user';
  throw new Error(`The database user may not act for customers: grant fieldgate_customer to ${name}.`);
}

/**
 * The beginning of a transaction in which only the customer's rows can be seen or written, whatever its statements
 * say: the second wall, behind the conditions that they carry. It costs no round trip.
 */
export function beginFor(customerId: string | null): WireStatement {
  if (customerId === null) return begin;
  if (!isUuid(customerId)) throw new Error('a customer is named by a UUID');
  return {
    sql: `${begin.sql}; set local role fieldgate_customer; set local fieldgate.customer = '${customerId}'`,
  };
}
