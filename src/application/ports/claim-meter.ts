/** Counts what claims show of the dispatch store. Calls return at once, and never fail. */
export interface ClaimMeter {
  /** So many ids were taken from the dispatch store, and the record did not let the device have them. */
  unconfirmed(ids: number): void;
}
