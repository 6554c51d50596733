import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { MetricSeries } from './metric-series.js';
import { metricWords } from './metric-series.js';

const hourS = 3_600;

/** Draws into an element. Apart, so that the plotting library is fetched by those alone who see a plot. */
export function drawPlot(
  element: HTMLElement,
  data: uPlot.AlignedData,
  unit: MetricSeries['unit'],
  height: number,
): uPlot {
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
        x: { range: () => [Date.now() / 1_000 - hourS, Date.now() / 1_000] },
        y: unit === 'share' ? { range: [0, 1] } : {},
      },
      series: [
        {},
        { stroke: line, width: 1.5, points: { show: data[0].length < 3, size: 5 }, spanGaps: true },
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

const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const clock = (seconds: number): string => hours.format(seconds * 1_000);
