import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

/** An entry as it stands in the log; `data` is its canonical JSON. */
export interface LoggedEntry {
  readonly customerId: string;
  readonly seq: number;
  readonly at: Date;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly subject: { readonly kind: string; readonly id: string };
  readonly data: string;
  readonly requestId: string | null;
  readonly prevHash: string;
  readonly hash: string;
}

/**
 * The seq of the first entry that is out of place or was altered; null when the whole log is sound. `last`: the one
 * before the first, where the beginning was forgotten.
 */
export function firstBroken(
  log: readonly LoggedEntry[],
  last: Pick<LoggedEntry, 'seq' | 'hash'> = { seq: 0, hash: '0'.repeat(64) },
): number | null {
  let prevHash = last.hash;
  for (const [index, entry] of log.entries()) {
    const whole = canonicalize({
      seq: entry.seq,
      at: entry.at.toISOString(),
      customerId: entry.customerId,
      kind: entry.kind,
      actor: entry.actor,
      subject: entry.subject,
      data: JSON.parse(entry.data) as unknown,
      requestId: entry.requestId,
    });
    const hash = createHash('sha256')
      .update(Buffer.from(prevHash, 'hex'))
      .update(whole ?? '')
      .digest('hex');
    if (entry.seq !== last.seq + index + 1 || entry.prevHash !== prevHash || entry.hash !== hash)
      return entry.seq;
    prevHash = hash;
  }
  return null;
}
