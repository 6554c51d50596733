import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PrometheusMetrics } from '../../../src/infrastructure/telemetry/prometheus-metrics.js';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const row = /^\| `(\w+)`(?:, by [^|]+)? +\| (counter|gauge|histogram) +\| ([^|]+)\| ([^|]+)\|$/gm;
const documented = [...page.matchAll(row)].map(([, name, type, meaning = '', alarm = '']) => ({
  name,
  type,
  meaning: meaning.trim(),
  alarm: alarm.trim(),
}));

function served(): PrometheusMetrics {
  const metrics = new PrometheusMetrics();
  metrics.showCensus({ take: () => Promise.resolve([]) });
  return metrics;
}

describe('the table of metrics', () => {
  it('names every metric that a gateway serves, and no other', () => {
    expect(documented.map(({ name, type }) => `${String(name)} ${String(type)}`).sort()).toEqual(
      served()
        .kinds()
        .map(({ name, type }) => `${name} ${type}`)
        .sort(),
    );
  });

  it('says of each what it means and when to look', () => {
    expect(documented.filter(({ meaning, alarm }) => meaning === '' || alarm === '')).toEqual([]);
  });
});
