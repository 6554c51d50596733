/** One reading of a device: when, and its numbers by name. */
export type Sample = Readonly<Record<string, number | string>> & { readonly at: string };

/** What a small plot shows. Times in seconds, ascending. */
export interface MetricSeries {
  readonly name: string;
  readonly label: string;
  /** `share`: a fraction of one, shown in percent. */
  readonly unit: 'share' | 'number';
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

const hourMs = 3_600_000;
/** It grows with time and tells nothing as a curve. */
const unplotted = new Set(['uptimeMs']);
const shares = new Set(['cpu', 'memory']);
const mostSeries = 6;
const labels: Readonly<Record<string, string>> = {
  cpu: 'Processor',
  memory: 'Memory',
  loadAverage1: 'Load, 1 minute',
  loadAverage5: 'Load, 5 minutes',
  loadAverage15: 'Load, 15 minutes',
};

/** The samples of the last hour with a new one, each moment once. */
export function withSample(samples: readonly Sample[], next: Sample, nowMs: number): readonly Sample[] {
  const kept = samples.filter(({ at }) => at !== next.at && nowMs - Date.parse(at) < hourMs);
  return [...kept, next].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** A series for each metric, those that every device has first. */
export function metricSeries(samples: readonly Sample[]): readonly MetricSeries[] {
  const names = new Set(
    samples.flatMap((sample) =>
      Object.entries(sample)
        .filter(([name, value]) => typeof value === 'number' && !unplotted.has(name))
        .map(([name]) => name),
    ),
  );
  const ordered = [...names].sort(
    (one, other) =>
      Number(shares.has(other)) - Number(shares.has(one)) ||
      one.localeCompare(other, 'en', { numeric: true }),
  );
  const times = samples.map(({ at }) => Date.parse(at) / 1_000);
  return ordered.slice(0, mostSeries).map((name) => ({
    name,
    label: labels[name] ?? labelOf(name),
    unit: shares.has(name) ? 'share' : 'number',
    times,
    values: samples.map((sample) => {
      const value = sample[name];
      return typeof value === 'number' ? value : null;
    }),
  }));
}

/** Between which values the series moved; null for one that did not. */
export function rangeWords({ values, unit }: Pick<MetricSeries, 'values' | 'unit'>): string | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [least, most] = [metricWords(Math.min(...known), unit), metricWords(Math.max(...known), unit)];
  return least === most ? null : `${least} to ${most}`;
}

/** Where the axis of the values begins and ends: at nothing, so that a small change does not look like a large one. */
export function axisOf({ values, unit }: Pick<MetricSeries, 'values' | 'unit'>): readonly [number, number] {
  if (unit === 'share') return [0, 1];
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(0, ...known)];
  return least === most ? [least, most + 1] : [least, most + (most - least) * 0.1];
}

/** A value as people read it. */
export function metricWords(value: number, unit: MetricSeries['unit']): string {
  if (unit === 'share') return `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
  return value.toLocaleString(undefined, { maximumFractionDigits: 2 });
}

/** `loadAverage15` is `Load average 15`. */
function labelOf(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
