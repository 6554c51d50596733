import { describe, expect, it } from '@jest/globals';
import {
  axisOf,
  metricSeries,
  rangeWords,
  withSample,
} from '../../../portal/src/screens/device/metric-series.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const now = Date.parse(at(59));

describe('the measurements of the last hour', () => {
  it('keep each moment once, in order, and nothing older', () => {
    const samples = [
      { at: new Date(now - 3_700_000).toISOString(), cpu: 1 },
      { at: at(10), cpu: 0.1 },
      { at: at(30), cpu: 0.3 },
    ];
    const kept = withSample(
      withSample(samples, { at: at(20), cpu: 0.2 }, now),
      { at: at(30), cpu: 0.4 },
      now,
    );
    expect(kept.map(({ cpu }) => cpu)).toEqual([0.1, 0.2, 0.4]);
  });

  it('are a series for each number, those of every device first, with gaps where one is missing', () => {
    const series = metricSeries([
      { at: at(1), temperature: 40, cpu: 0.5, uptimeMs: 1 },
      { at: at(2), loadAverage15: 2, loadAverage5: 1, cpu: 0.6, memory: 0.2 },
    ]);
    expect(series.map(({ label }) => label)).toEqual([
      'Processor',
      'Memory',
      'Load, 5 minutes',
      'Load, 15 minutes',
      'Temperature',
    ]);
    expect(series[4]?.values).toEqual([40, null]);
  });

  it('are drawn from nothing up, so that a small change does not look like a large one', () => {
    const [shortest, longest] = axisOf({ values: [1.1, null, 1.2], unit: 'number' });
    expect(shortest).toBe(0);
    expect(longest).toBeCloseTo(1.32);
    expect(axisOf({ values: [0.2], unit: 'share' })).toEqual([0, 1]);
    expect(axisOf({ values: [], unit: 'number' })).toEqual([0, 1]);
    expect(axisOf({ values: [-5, 5], unit: 'number' })).toEqual([-5, 6]);
  });

  it('say between which values they moved', () => {
    expect(rangeWords({ values: [0.2, null, 0.05], unit: 'share' })).toBe('5.0 % to 20 %');
    expect(rangeWords({ values: [3], unit: 'number' })).toBeNull();
    expect(rangeWords({ values: [null], unit: 'number' })).toBeNull();
  });
});
