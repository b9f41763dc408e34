import uPlot from 'uplot';

/** What every plot shares: theme colours, quiet axes, tabular ticks. Rebuild a plot when the theme changes. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const seriesColor = (index: number): string => token(`--s${(index % 6) + 1}`);
export const accent = (): string => token('--accent');
export const muted = (): string => token('--muted');

export function axis(options: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    stroke: token('--faint'),
    font: `11px ${token('--font')}`,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
    gap: 4,
    size: 44,
    ...options,
  };
}

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** What plots have in common: our own legend, no zooming by dragging, x is a number and no date. */
export const quiet = {
  legend: { show: false },
  cursor: { drag: { x: false, y: false }, points: { show: false } },
  scales: { x: { time: false } },
} satisfies Partial<PlotOptions>;

/** A plot that fills its host and follows its size. Returns it with the way to end it. */
export function fill(
  host: HTMLElement,
  options: PlotOptions,
  data: uPlot.AlignedData,
): { plot: uPlot; end: () => void } {
  const size = () => ({ width: Math.max(80, host.clientWidth), height: Math.max(60, host.clientHeight) });
  const plot = new uPlot({ ...options, ...size() }, data, host);
  const observer = new ResizeObserver(() => plot.setSize(size()));
  observer.observe(host);
  return {
    plot,
    end: () => {
      observer.disconnect();
      plot.destroy();
    },
  };
}
