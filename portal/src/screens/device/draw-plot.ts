import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { MetricSeries } from './metric-series.js';
import { axisOf, metricWords } from './metric-series.js';

const hourS = 3_600;
/** A device that was added just now is not drawn as a dash at the end of an empty hour. */
const leastS = 600;

/** Draws into an element. Apart, so that the plotting library is fetched by those alone who see a plot. */
export function drawPlot(
  element: HTMLElement,
  data: uPlot.AlignedData,
  series: () => MetricSeries,
  height: number,
): uPlot {
  const { unit } = series();
  const style = getComputedStyle(element);
  const line = style.getPropertyValue('--color-primary');
  const grid = style.getPropertyValue('--color-base-300');
  const axis = {
    stroke: style.color,
    font: '11px system-ui, sans-serif',
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [6, 6, 0, 0],
      scales: {
        x: {
          range: () => {
            const now = Date.now() / 1_000;
            const first = series().times[0] ?? now;
            return [Math.max(now - hourS, Math.min(first, now - leastS)), now];
          },
        },
        y: { range: () => [...axisOf(series())] as [number, number] },
      },
      series: [
        {},
        {
          stroke: line,
          fill: `color-mix(in oklab, ${line} 14%, transparent)`,
          width: 1.5,
          points: { show: data[0].length < 3, size: 5 },
          spanGaps: true,
        },
      ],
      axes: [
        { ...axis, size: 20, space: 70, values: (_plot, times) => times.map(clock) },
        {
          ...axis,
          size: 46,
          space: 28,
          values: (_plot, marks) => marks.map((mark) => metricWords(mark, unit)),
        },
      ],
    },
    data,
    element,
  );
}

const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clock = (seconds: number): string => hours.format(seconds * 1_000);
