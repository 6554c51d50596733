/** Commands that have ended, for those who let go of them. */
export interface CommandHistory {
  /**
   * Deletes up to `limit` commands that ended at least `ageMs` ago by the record's clock, the longest ended first;
   * returns how many. What has not ended is never touched, and nor is the log. Of several gateways at once each
   * deletes others. Rejects with `dependency_unavailable`.
   */
  purge(ageMs: number, limit: number): Promise<number>;
}
