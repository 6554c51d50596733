import type { ApiClient } from '../../api/api-client.js';
import { largestPage } from '../../api/every-page.js';
import { asProblem } from '../../api/problem.js';
import type { ActivityEntry } from '../../api/things.js';

/** A log as `fieldgate activity export` writes it, and what is needed to verify it. */
export interface ExportedLog {
  /** JSON lines. */
  readonly parts: readonly string[];
  readonly entries: number;
  /** `seq:hash` that the first entry hangs on; null when it is the first of all. */
  readonly after: string | null;
  /** `seq:hash` of the last entry; null of an empty log. */
  readonly head: string | null;
}

export interface ExportSettings {
  readonly customerId: string;
  readonly told: (entries: number) => void;
  readonly isOver: () => boolean;
  /** Before a page is asked for again that came too fast after the others, in milliseconds. */
  readonly restMs?: number;
}

/** Reads the whole log, from its first entry to the one that is the last when the end is reached. Null: given up. */
export async function exportLog(
  api: Pick<ApiClient, 'call'>,
  { customerId, told, isOver, restMs = 5_000 }: ExportSettings,
): Promise<ExportedLog | null> {
  const parts: string[] = [];
  let entries = 0;
  let first: ActivityEntry | undefined;
  let last: ActivityEntry | undefined;
  for (;;) {
    if (isOver()) return null;
    const page = await patiently(() => pageAfter(api, last?.seq ?? 0), restMs);
    parts.push(...page.items.map((entry) => `${JSON.stringify({ customerId, ...entry })}\n`));
    first ??= page.items[0];
    last = page.items.at(-1) ?? last;
    entries += page.items.length;
    told(entries);
    if (page.nextCursor === null) break;
  }
  return {
    parts,
    entries,
    after: first === undefined || first.seq === 1 ? null : `${first.seq - 1}:${first.prevHash}`,
    head: last === undefined ? null : `${last.seq}:${last.hash}`,
  };
}

const pageAfter = (api: Pick<ApiClient, 'call'>, after: number) =>
  api.call('get', '/api/v1/customer/activity', { query: { limit: largestPage, after } });

/** A long log is asked for in many pages: whoever asks too often waits, and loses nothing. */
async function patiently<Value>(ask: () => Promise<Value>, restMs: number): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (asProblem(error).code !== 'rate_limited') throw error;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}

/** What an auditor types to check the file without this gateway. */
export const verifyCommand = (file: string, { after, head }: ExportedLog): string =>
  [
    `npm run fieldgate -- activity verify --file ${file}`,
    ...(after === null ? [] : [`--after ${after}`]),
    ...(head === null ? [] : [`--head ${head}`]),
  ].join(' ');
