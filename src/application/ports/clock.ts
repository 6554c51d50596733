/** What time it is. In production it follows the clock of Postgres, so that all gateways agree. */
export interface Clock {
  now(): Date;
}
