import type { WireStatement } from './postgres-connection.js';
import { begin } from './postgres-pool.js';
import { isUuid } from './uuid-text.js';

/** The customer on whose behalf the work at hand is done; null when it is the gateway's own. */
export type CustomerScope = () => string | null;

export const gatewaysOwn: CustomerScope = () => null;

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
