import { median } from './rounds.js';

export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One comparison. `ours` and `theirs` hold a value per round; the medians count. */
export interface Line {
  readonly row: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer: string;
  /** Empty where there is nobody to compare with: the target then is for the value itself. */
  readonly theirs: readonly number[];
  readonly target: Target | null;
}

export interface Verdict {
  readonly ours: number;
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly reached: boolean | null;
}

export function judge({ ours, theirs, target }: Line): Verdict {
  const mine = median(ours);
  const other = theirs.length === 0 ? null : median(theirs);
  const ratio = other === null ? null : mine / other;
  return { ours: mine, theirs: other, ratio, reached: isReached(ratio ?? mine, target) };
}

function isReached(value: number, target: Target | null): boolean | null {
  if (target === null) return null;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

const headings = ['row', 'what', 'unit', 'ours', 'peer', 'theirs', 'ratio', 'target', ''];

export function markdown(lines: readonly Line[]): string {
  const rule = headings.map((_, column) => ([3, 5, 6].includes(column) ? '---:' : '---'));
  return [headings, rule, ...lines.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cells(line: Line): readonly string[] {
  const { ours, theirs, ratio, reached } = judge(line);
  return [
    line.row,
    line.what,
    line.unit,
    number(ours),
    line.peer,
    theirs === null ? '' : number(theirs),
    ratio === null ? '' : ratio.toFixed(2),
    targetText(line.target),
    reached === null ? '' : reached ? 'pass' : 'MISS',
  ];
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  return 'atLeast' in target ? `>= ${String(target.atLeast)}` : `<= ${String(target.atMost)}`;
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
