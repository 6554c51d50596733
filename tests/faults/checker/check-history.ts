import type { CommandRow, LogEntry } from '../history/final-record.js';
import type { HistoryEvent } from '../history/history-event.js';
import { ActivityLog } from './activity-log.js';
import { Book } from './book.js';
import { company } from './company.js';
import { attempts, deliveries, fencing, finality, leaseExclusion } from './claims.js';
import { deviceOrder } from './device-order.js';
import { conservation, existence, idempotency } from './existence.js';
import { logAgreement } from './log-agreement.js';
import { availability, dispatchRemains, liveness, revocations } from './run-promises.js';
import type { Violation } from './violation.js';

/** What there is to check, each part in its order. Read once. */
export interface Evidence {
  readonly history: AsyncIterable<HistoryEvent> | Iterable<HistoryEvent>;
  readonly rows: AsyncIterable<CommandRow> | Iterable<CommandRow>;
  readonly entries: AsyncIterable<LogEntry> | Iterable<LogEntry>;
  readonly redisKeys: readonly string[];
}

export interface Verdict {
  readonly book: Book;
  readonly violations: readonly Violation[];
  readonly commands: number;
  readonly entries: number;
}

/** Reads everything and holds every promise against it. */
export async function checkHistory({ history, rows, entries, redisKeys }: Evidence): Promise<Verdict> {
  const book = new Book();
  for await (const event of history) book.add(event);
  let commands = 0;
  for await (const row of rows) {
    book.addRow(row);
    commands += 1;
  }
  const log = new ActivityLog();
  for await (const entry of entries) {
    const fact = log.add(entry);
    if (fact !== null) book.addLogFact(entry.subjectId, fact);
  }
  const violations = [
    ...existence(book),
    ...idempotency(book),
    ...conservation(book),
    ...leaseExclusion(book),
    ...fencing(book),
    ...attempts(book),
    ...deliveries(book),
    ...finality(book),
    ...deviceOrder(book),
    ...company(book),
    ...log.violations,
    ...logAgreement(book, log),
    ...revocations(book),
    ...liveness(book),
    ...availability(book),
    ...dispatchRemains(redisKeys, book.faults),
  ];
  return { book, violations, commands, entries: log.entries };
}
