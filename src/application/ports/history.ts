/**
 * The past, as far as the record keeps it. What is forgotten is gone: a command is unknown from then on, also where
 * another one was made from it. Ages are by the record's clock. Several may forget at once; each thing counts for one
 * of them. Rejects with `dependency_unavailable` when the record does not answer.
 */
export interface History {
  /** Forgets commands that ended at least `ageMs` ago, the earliest end first, at most `limit`; how many they were. */
  forgetCommands(ageMs: number, limit: number): Promise<number>;
  /** The same of support sessions; their commands are forgotten by themselves. */
  forgetSessions(ageMs: number, limit: number): Promise<number>;
  /** Customers, by the order of their ids after `afterId`, whose log begins with an entry of at least that age. */
  customersToForget(ageMs: number, afterId: string | null, limit: number): Promise<readonly string[]>;
  /**
   * Forgets the beginning of a customer's log, up to the first entry that is younger, at most `limit` entries; how
   * many they were. The chain of hashes stays whole: its new beginning is noted in the same transaction.
   */
  forgetActivity(customerId: string, ageMs: number, limit: number): Promise<number>;
}
