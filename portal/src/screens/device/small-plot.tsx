import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { isDark } from '../theme-choice.js';
import type { MetricSeries } from './metric-series.js';
import { metricWords } from './metric-series.js';

const heightPx = 96;

/** One metric of the last hour: a curve for the eye, its latest value and its range in words. */
export function SmallPlot({ series }: { readonly series: MetricSeries }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { label, unit, times, values } = series;
  const known = values.filter((value) => value !== null);
  const latest = known.at(-1);
  const range =
    known.length === 0
      ? ''
      : `${metricWords(Math.min(...known), unit)} to ${metricWords(Math.max(...known), unit)}`;
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
      plot.current = drawPlot(element, data, unit, heightPx);
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
      <figcaption class="flex justify-between gap-2">
        <span class="truncate">
          <HarmlessText text={label} />
        </span>
        <span class="font-semibold tabular-nums">
          {latest === undefined ? '–' : metricWords(latest, unit)}
        </span>
      </figcaption>
      <div
        ref={box}
        role="img"
        aria-label={`${harmlessLine(label)} in the last hour, ${range}`}
        class="h-24 overflow-hidden"
      />
    </figure>
  );
}
