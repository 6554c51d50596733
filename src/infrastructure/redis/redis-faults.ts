import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

const retryAfterMs = 1_000;

/**
 * Answers of a server that lives and cannot serve: full, loading, busy, failing over, not letting us in. A
 * transaction that met one of them says no more than that it was given up.
 */
const awayWords =
  /\b(OOM|EXECABORT|MISCONF|READONLY|LOADING|BUSY|UNKILLABLE|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM|NOSCRIPT|max number of clients reached)\b/;

/**
 * What the driver says, as a fault: `dependency_unavailable` when nothing was done or nobody knows. An answer
 * that shows a mistake of ours stays what it is.
 */
export function redisFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  // What is no reply is about the way to the server: refused, closed, timed out.
  const isReply = error instanceof Error && error.name === 'ReplyError';
  if (isReply && !awayWords.test(error.message)) return error;
  return generalFaults.dependency_unavailable('The dispatch store cannot be reached or cannot answer now.', {
    retryAfterMs,
    cause: error,
  });
}
