/** The work's own end, or a rejection with the signal's reason as soon as that aborts; the work goes on then. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Whoever is told of the abort does not wait for the work, whose failure then must not be one that nobody heard.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const listening = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    // Taken off again: the agent's signals live for months.
    signal.addEventListener('abort', onAbort, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    listening.abort();
  }
}
