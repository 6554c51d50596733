/** The epoch that the dispatch store should be in, as Postgres remembers it. */
export interface DispatchEpochs {
  /** The current epoch; `fresh` becomes it when there is none yet. */
  current(fresh: string): Promise<string>;
}
