import { longestGap } from './checker/run-promises.js';
import type { Sometimes } from './checker/sometimes.js';
import type { RunOptions } from './run-options.js';
import type { RunResult } from './run.js';

const shownViolations = 20;
const shownEvidence = 4_000;

/** The whole result, for people. */
export function resultTable(
  options: RunOptions,
  result: RunResult,
  seen: readonly Sometimes[],
  seconds: number,
): string {
  const { book, violations, impossible, commands, entries } = result;
  const gap = longestGap(book);
  const missing = seen.filter((one) => one.seen < one.needed);
  const operations = [...book.operations].map(([f, { ok, fail, info }]) => [f, ok, fail, info]);
  const faults = [...struckFaults(result)].map(([kind, count]) => [kind, count]);
  const sections = [
    columns(['operation', 'ok', 'refused', 'unknown'], operations),
    columns(['fault', 'struck'], faults),
    [...impossible].map(([kind, why]) => `not possible on this machine: ${kind} (${why})`).join('\n'),
    columns(
      ['sometimes', 'seen', 'needed'],
      seen.map(({ what, seen: count, needed }) => [what, count, needed]),
    ),
    columns(
      ['run', ''],
      [
        ['seed', options.seed],
        ['seconds', Math.round(seconds)],
        ['commands recorded', commands],
        ['log entries verified', entries],
        ['longest gap between proposals, ms', Math.round(gap.ms)],
        ['gateways that fell by themselves', result.fallen.length],
        ['violations', violations.length],
      ],
    ),
    ...violations
      .slice(0, shownViolations)
      .map(({ property, what, evidence }) => `VIOLATION ${property}: ${what}\n  ${excerpt(evidence)}`),
    missing.length === 0
      ? ''
      : `INVALID: ${missing.map(({ what }) => what).join(', ')} did not happen often enough.`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** How often each kind of fault was struck. */
export function struckFaults({ book }: Pick<RunResult, 'book'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of book.faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function columns(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function excerpt(evidence: unknown): string {
  const text = JSON.stringify(evidence) ?? '';
  return text.length <= shownEvidence ? text : `${text.slice(0, shownEvidence)}…`;
}
