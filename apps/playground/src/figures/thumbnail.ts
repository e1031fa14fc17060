/** A small picture of a run: its most telling figure, without axes. */
import type { GridFrame, SeriesFrame } from '@curv/plugin';
import { svg } from '../dom.js';
import type { Figure, RunRecord } from '../run/record.js';
import { rgbText, viridis } from './colours.js';
import { paintImage, pictureOf } from './grid.js';
import type { Theme } from './theme.js';

const [WIDTH, HEIGHT, MARGIN] = [320, 180, 14];

/** Pictures before maps with curves, maps, the largest figure of curves. */
function mostTelling(record: RunRecord): Figure | null {
  const score = (figure: Figure): number => {
    const points = [...figure.series.values()].reduce((sum, { y }) => sum + Math.min(200, y.length), 0);
    return (figure.images.size > 0 ? 1e6 : 0) + (figure.grids.size > 0 ? 1e5 : 0) + figure.series.size * 100 + points;
  };
  return [...record.figures.values()].reduce<Figure | null>((best, figure) => (best === null || score(figure) > score(best) ? figure : best), null);
}

interface Box {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Curves as a figure with logarithmic axes shows them. */
function onAxes(series: readonly SeriesFrame[], { x, y }: Figure['axes']): SeriesFrame[] {
  const scaled = (values: ArrayLike<number>, log?: boolean): ArrayLike<number> => (log ? Array.from(values, (value) => Math.log10(value)) : values);
  return series.map((one) => ({ ...one, x: scaled(one.x, x?.log), y: scaled(one.y, y?.log) }));
}

/** The box made wider or taller so that one unit is as long both ways. */
function equalBox({ x, y }: Box): Box {
  const unit = Math.max((x[1] - x[0]) / (WIDTH - 2 * MARGIN), (y[1] - y[0]) / (HEIGHT - 2 * MARGIN));
  const around = ([low, high]: readonly [number, number], pixels: number): readonly [number, number] => [(low + high - unit * pixels) / 2, (low + high + unit * pixels) / 2];
  return { x: around(x, WIDTH - 2 * MARGIN), y: around(y, HEIGHT - 2 * MARGIN) };
}

function boxOf(series: readonly SeriesFrame[], grid: GridFrame | undefined): Box {
  if (grid?.x && grid.y) return { x: grid.x, y: [Math.min(...grid.y), Math.max(...grid.y)] };
  const range = (pick: 'x' | 'y'): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const one of series) for (const value of Array.from(one[pick])) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return low < high ? [low, high] : [low - 1, high + 1];
  };
  return { x: range('x'), y: range('y') };
}

/** Numbers that a run says once, as bars; a single one says nothing. */
function bars(record: RunRecord, theme: Theme): SVGSVGElement | null {
  const values = [...record.metrics.values()].map(({ values: list }) => Math.abs(list.at(-1)!)).slice(0, 8);
  if (values.length < 2) return null;
  const most = Math.max(...values) || 1;
  const out = frame();
  values.forEach((value, i) => {
    const step = (WIDTH - 2 * MARGIN) / values.length;
    const height = Math.max(3, (value / most) * (HEIGHT - 2 * MARGIN));
    out.append(svg('rect', { x: MARGIN + i * step + step * 0.15, y: HEIGHT - MARGIN - height, width: step * 0.7, height, rx: 4, fill: theme.palette[i % theme.palette.length] }));
  });
  return out;
}

const frame = (): SVGSVGElement => svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' });

/** The picture, or null where the run has nothing to show. */
export function thumbnail(record: RunRecord, theme: Theme): SVGSVGElement | null {
  const figure = mostTelling(record);
  if (figure === null) return bars(record, theme);
  const out = frame();
  const image = [...figure.images.values()].at(-1);
  const grid = [...figure.grids.values()].at(-1);
  if (image) out.append(svg('image', { href: paintImage(image), width: WIDTH, height: HEIGHT, preserveAspectRatio: 'xMidYMid slice' }));
  else if (grid) {
    const matrix = grid.y === undefined;
    if (!matrix) out.append(svg('rect', { width: WIDTH, height: HEIGHT, fill: rgbText(viridis(0)) }));
    out.append(svg('image', { href: pictureOf(grid, 160, theme).address, width: WIDTH, height: HEIGHT, preserveAspectRatio: matrix ? 'xMidYMid meet' : 'none', style: 'image-rendering:pixelated' }));
  }
  const series = onAxes([...figure.series.values()], grid ? {} : figure.axes);
  const box = boxOf(series, grid);
  if (series.length > 0) drawSeries(out, series, figure.axes.equal && !grid ? equalBox(box) : box, { theme, flush: grid !== undefined, slotOf: figure.slotOf });
  return out;
}

function drawSeries(out: SVGSVGElement, series: readonly SeriesFrame[], box: Box, { theme, flush, slotOf }: { readonly theme: Theme; readonly flush: boolean; readonly slotOf: Figure['slotOf'] }): void {
  const margin = flush ? 0 : MARGIN;
  const x = (value: number): string => (margin + ((value - box.x[0]) / (box.x[1] - box.x[0])) * (WIDTH - 2 * margin)).toFixed(1);
  const y = (value: number): string => (HEIGHT - margin - ((value - box.y[0]) / (box.y[1] - box.y[0])) * (HEIGHT - 2 * margin)).toFixed(1);
  series.slice(0, 8).forEach((one) => {
    const colour = theme.palette[slotOf(one.name) % theme.palette.length]!;
    const step = Math.max(1, Math.ceil(one.x.length / 240));
    const places = Array.from({ length: Math.ceil(one.x.length / step) }, (_, k) => k * step).filter((k) => Number.isFinite(one.y[k]!));
    if (one.mark === 'dot') places.forEach((k) => out.append(svg('circle', { cx: x(one.x[k]!), cy: y(one.y[k]!), r: places.length > 100 ? 2 : 3.5, fill: colour, 'fill-opacity': 0.8 })));
    else if (one.mark === 'bar') places.forEach((k) => out.append(svg('line', { x1: x(one.x[k]!), x2: x(one.x[k]!), y1: y(Math.max(0, box.y[0])), y2: y(one.y[k]!), stroke: colour, 'stroke-width': 8 })));
    else {
      const path = (stroke: string, width: number): SVGPathElement => svg('path', { d: places.map((k, n) => `${n === 0 ? 'M' : 'L'}${x(one.x[k]!)} ${y(one.y[k]!)}`).join(''), fill: 'none', stroke, 'stroke-width': width, 'stroke-linejoin': 'round' });
      out.append(...(flush ? [path(theme.background, 5.5)] : []), path(colour, 2.5));
    }
  });
}
