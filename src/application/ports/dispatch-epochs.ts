/** The epoch that the dispatch store should be in, as Postgres remembers it. */
export interface DispatchEpochs {
  /** The epoch that was begun last, by whomever; null when there was none yet. */
  current(): Promise<string | null>;
  /** Makes this the current epoch. Of several at the same time, one stays, and everybody sees the same. */
  begin(epoch: string): Promise<void>;
}
