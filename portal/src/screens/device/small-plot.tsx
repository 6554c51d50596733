import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { isDark } from '../theme-choice.js';
import type { MetricSeries } from './metric-series.js';
import { metricWords, rangeWords } from './metric-series.js';

const heightPx = 96;

/** One metric of the last hour: a curve for the eye, its latest value and its range in words. */
export function SmallPlot({ series }: { readonly series: MetricSeries }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { label, unit, times, values } = series;
  const latest = values.findLast((value) => value !== null);
  const range = rangeWords(series);
  const shown = useRef(series);
  shown.current = series;
  const data: uPlot.AlignedData = [[...times], [...values]];

  useEffect(() => {
    let isGone = false;
    const element = box.current;
    if (element === null) return;
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: heightPx }),
    );
    void import('./draw-plot.js').then(({ drawPlot }) => {
      if (isGone) return;
      plot.current = drawPlot(element, data, () => shown.current, heightPx);
      resized.observe(element);
    });
    return () => {
      isGone = true;
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
    // Canvas knows no variables: another theme is another drawing.
  }, [isDark.value]);
  useEffect(() => plot.current?.setData(data), [times]);

  return (
    <figure class="panel p-3 min-w-0">
      <figcaption class="flex justify-between gap-2 pb-1">
        <span class="min-w-0">
          <span class="block truncate">
            <HarmlessText text={label} />
          </span>
          <span class="block quiet text-xs tabular-nums min-h-4">{range}</span>
        </span>
        <span class="text-lg font-semibold tabular-nums">
          <span class="sr-only">now </span>
          {latest === undefined || latest === null ? '–' : metricWords(latest, unit)}
        </span>
      </figcaption>
      <div
        ref={box}
        role="img"
        aria-label={`${harmlessLine(label)} in the last hour${range === null ? '' : `, ${range}`}`}
        class="h-24 overflow-hidden"
      />
    </figure>
  );
}
