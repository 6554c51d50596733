/** What time it is. In production it follows the clock of Postgres, so that all gateways agree. */
export interface Clock {
  now(): Date;
  /** How long something takes, as the difference of two readings in ms: they only grow, whatever becomes of the time. */
  elapsedMs(): number;
}
