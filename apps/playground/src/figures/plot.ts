/** Figures with axes, by Observable Plot. */
import * as Plot from '@observablehq/plot';
import type { GridFrame, SeriesFrame } from '@curv/plugin';
import { svg } from '../dom.js';
import { formatNumber } from '../number.js';
import type { Figure } from '../run/record.js';
import { colourOf, paintImage, pictureOf } from './grid.js';
import { rgbText } from './colours.js';
import { isSquare } from './square.js';
import type { Theme } from './theme.js';

export interface PlotSettings {
  readonly width: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly theme: Theme;
}

/** Points of a curve that are drawn: a figure has no more pixels, and each dot is an element of the page. */
const MOST = 900;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Every so many points, so that at most `MOST` are left; those that a log axis cannot show are left out. */
function pointsOf({ x, y }: SeriesFrame, { logX, logY }: PlotSettings): Point[] {
  const step = Math.max(1, Math.ceil(x.length / MOST));
  const points: Point[] = [];
  for (let i = 0; i < x.length; i += step) {
    const at = i + step >= x.length ? x.length - 1 : i;
    if ((!logX || x[at]! > 0) && (!logY || y[at]! > 0)) points.push({ x: x[at]!, y: y[at]! });
  }
  return points;
}

/** Ends of the axis of a grid: half a cell beyond the outer coordinates. */
function extent([first, last]: readonly [number, number], cells: number): [number, number] {
  const half = cells > 1 ? (last - first) / (cells - 1) / 2 : 0.5;
  return [first - half, last + half];
}

const boundsOf = ({ x, y, width, height }: GridFrame): { x: [number, number]; y: [number, number] } => ({
  x: extent(x ?? [0, width - 1], width),
  y: y ? extent(y, height) : extent([0, height - 1], height),
});

function gridMark(grid: GridFrame, theme: Theme): Plot.Markish {
  const bounds = boundsOf(grid);
  const { address } = pictureOf(grid, 240, theme);
  const [left, right] = bounds.x;
  const [bottom, top] = [Math.min(...bounds.y), Math.max(...bounds.y)];
  // An image mark has a size in pixels: the place comes from the scales when it is drawn.
  return (_: unknown, scales: any) => {
    const [x1, x2, y1, y2] = [scales.x(left), scales.x(right), scales.y(top), scales.y(bottom)] as [number, number, number, number];
    return svg('image', { href: address, x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1), preserveAspectRatio: 'none', style: 'image-rendering:pixelated' });
  };
}

/** A few points among many, such as means of clusters, are drawn so that they are found. */
const [FEW, CROWD] = [12, 100];

function seriesMarks(series: SeriesFrame, colour: string, settings: PlotSettings, { overGrid, crowd }: { readonly overGrid: boolean; readonly crowd: boolean }): Plot.Markish[] {
  const points = pointsOf(series, settings);
  // Every colour of a map lies somewhere under a curve: what stands out from all of them is the page's own ground.
  const edge = settings.theme.background;
  const halo = overGrid ? [Plot.line(points, { x: 'x', y: 'y', stroke: edge, strokeWidth: 5, strokeLinejoin: 'round', clip: true })] : [];
  const ends = overGrid && points.length > 1 ? [Plot.dot(points.slice(-1), { x: 'x', y: 'y', r: 5, fill: colour, stroke: edge, strokeWidth: 1.6, clip: true })] : [];
  switch (series.mark) {
    case 'dot':
      if (crowd && points.length <= FEW) return [Plot.dot(points, { x: 'x', y: 'y', r: 5, fill: colour, stroke: edge, strokeWidth: 1.5 })];
      return [Plot.dot(points, { x: 'x', y: 'y', r: points.length > 400 ? 1.6 : points.length > 150 ? 2.2 : 3, fill: colour, fillOpacity: 0.8, stroke: overGrid ? edge : 'none', strokeWidth: 0.7 })];
    case 'bar':
      return [Plot.ruleX(points, { x: 'x', ...(settings.logY ? { y1: footOf(points.map(({ y }) => y)), y2: 'y' } : { y: 'y' }), stroke: colour, strokeWidth: Math.max(2, Math.min(22, (settings.width - 120) / points.length / 1.6)) })];
    default:
      return [...halo, ...(points.length < 12 && !overGrid ? [Plot.dot(points, { x: 'x', y: 'y', r: 2.6, fill: colour })] : []), Plot.line(points, { x: 'x', y: 'y', stroke: colour, strokeWidth: overGrid ? 2.4 : 1.9, strokeLinejoin: 'round', clip: overGrid }), ...ends];
  }
}

/** Where bars begin on a logarithmic axis: a power of ten that leaves even the shortest one a length. */
const footOf = (values: readonly number[]): number => 10 ** Math.floor(Math.log10(Math.min(...values)) - 0.3);

/** Part of a row of named bars that is left free. */
const GAP = 0.25;

/** Named values as lying bars; those of one name in a row. */
function barMarks(series: readonly SeriesFrame[], colours: readonly string[], { width, logY }: PlotSettings, label: string | null): Plot.PlotOptions {
  const rows = series.flatMap(({ labels, y, name }) => labels!.map((at, i) => ({ label: at, value: y[i]!, name })));
  const names = [...new Set(rows.map(({ label: at }) => at))];
  const row = series.length > 1 ? 12 + 16 * series.length : 34;
  const marginLeft = Math.min(180, 24 + 7 * Math.max(...names.map((name) => name.length)));
  const values = rows.map(({ value }) => value);
  const foot = logY ? footOf(values) : 0;
  const height = names.length * row;
  // As the scale of the rows works it out.
  const band = (1 - GAP) * Math.floor(height / (names.length + GAP));
  const insets = (i: number): object => ({ insetTop: (band * i) / series.length + 0.5, insetBottom: (band * (series.length - 1 - i)) / series.length + 0.5 });
  return {
    marginLeft,
    height: MARGINS.bare + MARGINS.bottom + height,
    x: { type: logY ? 'log' : 'linear', label, grid: true, ...ticksOf(logY, values, width - marginLeft), ...(logY && { domain: [foot, Math.max(...values)], nice: decadesOf(values) > 1.5 }) },
    y: { label: null, domain: names, padding: GAP },
    marks: [...series.map(({ name }, i) => Plot.barX(rows.filter((one) => one.name === name), { x1: foot, x2: 'value', y: 'label', fill: colours[i]!, rx: series.length === 1 ? 3 : 2, ...insets(i) })), Plot.ruleX([foot])],
  };
}

let ruler: CanvasRenderingContext2D | undefined;

/** Pixels that a name in a legend takes. */
function widthOf(text: string): number {
  ruler ??= document.createElement('canvas').getContext('2d')!;
  ruler.font = '12px system-ui, sans-serif';
  return ruler.measureText(text).width;
}

/** A row of names with their colours above a figure; the figure is made taller by it. */
function addLegend(figure: SVGSVGElement, items: readonly { name: string; colour: string; dot: boolean }[], { width, theme }: PlotSettings): void {
  const group = svg('g', { 'font-size': 12, fill: theme.text, 'text-anchor': 'start' });
  let [x, y] = [4, 4];
  for (const { name, colour, dot } of items) {
    const shown = name.length > 46 ? `${name.slice(0, 44)}…` : name;
    const length = 26 + widthOf(shown) + 14;
    if (x > 4 && x + length > width) [x, y] = [4, y + 19];
    group.append(
      dot ? svg('circle', { cx: x + 9, cy: y + 8, r: 4.5, fill: colour }) : svg('rect', { x, y: y + 5.5, width: 18, height: 5, rx: 2.5, fill: colour }),
      svg('text', { x: x + 24, y: y + 12 }, shown),
    );
    x += length;
  }
  const added = y + 24;
  const [, , boxWidth, boxHeight] = figure.getAttribute('viewBox')!.split(' ').map(Number) as [number, number, number, number];
  const inner = svg('g', { transform: `translate(0 ${added})` });
  inner.append(...[...figure.childNodes].filter((node) => node.nodeName !== 'style'));
  figure.append(group, inner);
  figure.setAttribute('viewBox', `0 0 ${boxWidth} ${boxHeight + added}`);
  figure.setAttribute('height', String(boxHeight + added));
}

/** A scale of colours below a grid. */
function addScale(figure: SVGSVGElement, grid: GridFrame, { theme }: PlotSettings): void {
  const { cells } = pictureOf(grid, 240, theme);
  if (cells.levels !== null && cells.levels.length <= 2) return;
  const [, top, boxWidth, boxHeight] = figure.getAttribute('viewBox')!.split(' ').map(Number) as [number, number, number, number];
  const colour = colourOf(cells, theme);
  const [left, length] = [56, Math.min(260, boxWidth - 90)];
  const parts = 32;
  const y = top + boxHeight + 4;
  const group = svg('g', { 'font-size': 11, fill: theme.dim, 'text-anchor': 'start' });
  for (let i = 0; i < parts; i++) {
    const value = cells.low + ((cells.high - cells.low) * (i + 0.5)) / parts;
    group.append(svg('rect', { x: left + (length * i) / parts, y, width: length / parts + 0.5, height: 9, fill: rgbText(colour(value)) }));
  }
  group.append(svg('text', { x: left, y: y + 22 }, formatNumber(Math.abs(cells.low) < 1e-9 * Math.abs(cells.high) ? 0 : cells.low)), svg('text', { x: left + length, y: y + 22, 'text-anchor': 'end' }, formatNumber(cells.high)));
  figure.append(group);
  figure.setAttribute('viewBox', `0 ${top} ${boxWidth} ${boxHeight + 32}`);
  figure.setAttribute('height', String(boxHeight + 32));
}

/** Every coordinate of some curves, sampled. */
const valuesOf = (series: readonly SeriesFrame[], axis: 'x' | 'y'): number[] => series.flatMap(({ [axis]: values }) => Array.from({ length: Math.min(values.length, MOST) }, (_, i) => values[Math.floor((i * values.length) / Math.min(values.length, MOST))]!));

const describe = (figure: Figure): string => {
  const parts = [
    ...[...figure.grids.values()].map((grid) => `${grid.width} by ${grid.height} values`),
    ...[...figure.series.values()].map(({ name, y }) => `${name}: ${y.length} points, last ${formatNumber(y[y.length - 1] ?? NaN)}`),
  ];
  return `${figure.title}. ${parts.slice(0, 8).join('; ')}`;
};

/** Width of what stands left of the axis, by the longest number there. */
function marginOf(series: readonly SeriesFrame[], grid: GridFrame | undefined): number {
  const ends = grid ? boundsOf(grid).y : series.flatMap(({ y }) => [Math.min(...Array.from(y)), Math.max(...Array.from(y))]);
  return Math.min(84, 30 + 7 * Math.max(...ends.map((value) => formatNumber(value).length), 1));
}

/** `bare`: on top, where no label of the axis stands. */
const MARGINS = { top: 26, bare: 12, right: 20, bottom: 44 } as const;

/** Height of figures in which one unit is as long both ways. */
const TALL = 400;

type Span = readonly [number, number];

/** The range of some curves with room around it. */
const roomy = (series: readonly SeriesFrame[], axis: 'x' | 'y'): Span => {
  const values = valuesOf(series, axis);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.05 * (high - low) || 0.5;
  return [low - room, high + room];
};

/** Size of a figure in which one unit is as long along x as along y, and its domains. */
function equalScales(x: Span, y: Span, width: number, marginLeft: number, label: boolean): { readonly width: number; readonly height: number; readonly x: Span; readonly y: Span } {
  const ratio = Math.abs((y[1] - y[0]) / (x[1] - x[0]));
  const across = Math.min(width - marginLeft - MARGINS.right, TALL / ratio);
  const down = Math.max(60, across * ratio);
  return { width: across + marginLeft + MARGINS.right, height: down + (label ? MARGINS.top : MARGINS.bare) + MARGINS.bottom, x, y };
}

/** Draws a figure as SVG that stands on its own. */
export function drawFigure(figure: Figure, settings: PlotSettings): SVGSVGElement {
  const { width, theme, logX, logY } = settings;
  const series = [...figure.series.values()];
  const grid = [...figure.grids.values()].at(-1);
  if (figure.images.size > 0) return drawImages(figure, settings);
  const named = series.length > 0 && series.every(({ labels }) => labels !== undefined);
  const height = grid ? Math.min(460, Math.max(220, width * 0.72)) : Math.max(210, Math.min(380, width * 0.62));
  const colours = series.map(({ name }) => theme.palette[figure.slotOf(name) % theme.palette.length]!);
  const crowd = series.reduce((sum, { mark, y }) => sum + (mark === 'dot' ? y.length : 0), 0) > CROWD;
  const ys = valuesOf(series, 'y');
  const isEqual = !named && !logX && !logY && isSquare(figure);
  const { range: rangeX } = figure.axes.x ?? {};
  const { range: rangeY } = figure.axes.y ?? {};
  const [spanX, spanY] = grid ? [boundsOf(grid).x, orient(boundsOf(grid).y, grid.y === undefined)] : [rangeX ?? roomy(series, 'x'), rangeY ?? roomy(series, 'y')];
  const equal = isEqual ? equalScales(spanX, spanY, width, marginOf(series, grid), figure.axes.y?.label !== undefined) : null;
  const flat: Plot.PlotOptions = named
    ? barMarks(series, colours, settings, figure.axes.y?.label ?? null)
    : {
        height,
        marginLeft: marginOf(series, grid),
        y: { type: logY ? 'log' : 'linear', label: figure.axes.y?.label ?? null, grid: grid === undefined, nice: grid === undefined && !(logY && decadesOf(ys) < 1.5), ...(grid ? { domain: [...spanY] } : equal ? { domain: [...equal.y], nice: false } : rangeY ? { domain: [...rangeY], nice: false } : !logY && spread(ys)), ...ticksOf(logY, ys), ...(equal && !grid && { ticks: ticksOfPlane(equal.height) }) },
        marks: [...(grid ? [gridMark(grid, theme)] : []), ...series.flatMap((one, i) => seriesMarks(one, colours[i]!, settings, { overGrid: grid !== undefined, crowd }))],
      };
  const drawn = Plot.plot({
    width,
    marginTop: figure.axes.y?.label && !named ? MARGINS.top : MARGINS.bare,
    marginRight: MARGINS.right,
    marginBottom: MARGINS.bottom,
    style: { background: 'none', color: theme.text, fontFamily: 'system-ui, sans-serif', fontSize: '12px', overflow: 'visible' },
    x: { type: logX ? 'log' : 'linear', label: figure.axes.x?.label ?? null, grid: grid === undefined, ...(grid && { domain: [...spanX] }), ...ticksOf(logX, valuesOf(series, 'x'), width - marginOf(series, grid)), ...(!grid && rangeX && { domain: [...rangeX] }), ...(equal && { domain: [...equal.x], ticks: ticksOfPlane(equal.width) }), ...(series.some(({ mark }) => mark === 'bar') && { inset: 20 }) },
    ...flat,
    ...(equal && { width: equal.width, height: equal.height }),
  }) as unknown as SVGSVGElement;
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  if (grid) addScale(drawn, grid, settings);
  if (series.length > 1 || (grid !== undefined && series.length > 0)) {
    addLegend(drawn, series.map(({ name, mark }, i) => ({ name: shortNames(series, figure.title)[i] ?? name, colour: colours[i]!, dot: mark === 'dot' || named })), settings);
  }
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', describe(figure));
  return drawn;
}

const orient = ([a, b]: [number, number], down: boolean): [number, number] => (down ? [Math.max(a, b), Math.min(a, b)] : [Math.min(a, b), Math.max(a, b)]);

/** Ends of an axis that a constant would collapse, or none. */
function spread(values: readonly number[]): { domain?: [number, number] } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high - low <= 1e-9 * Math.abs(high))) return {};
  const room = Math.abs(high) * 0.1 || 1;
  return { domain: [low - room, high + room] };
}

/** Powers of ten between the smallest and the largest value above 0. */
function decadesOf(values: readonly number[]): number {
  const positive = values.filter((x) => x > 0);
  return Math.log10(Math.max(...positive) / Math.min(...positive));
}

/** Ticks of an axis of a plane, which are as far apart both ways. */
const ticksOfPlane = (pixels: number): number => Math.max(3, Math.min(6, Math.floor((pixels - 60) / 45)));

/** Pixels that a number below an axis needs. */
const NUMBER = 44;

/** On a logarithmic axis powers of ten have numbers, where there are few of them 2 and 5 too, and within one of them all. `room`: length of the axis, in pixels. */
function ticksOf(log: boolean, values: readonly number[], room = Infinity): object {
  const most = (pixels: number): number => Math.max(2, Math.min(6, Math.floor(room / pixels)));
  if (!log) return { ticks: most(1.5 * NUMBER) };
  const decades = decadesOf(values);
  const digits = decades > 2.5 ? [1] : decades > 0.9 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const shown = (x: number): boolean => digits.includes(Math.round(x / 10 ** Math.floor(Math.log10(x) + 1e-9)));
  // The scale leaves out what has a digit above a tenth of 100 × ticks ÷ lines: with fewer ticks 5 would never have a number.
  return { ticks: decades > 2.5 ? most(NUMBER) : Math.ceil(9 * decades) + 4, tickFormat: (x: number) => (shown(x) ? formatNumber(Number(x.toPrecision(6))) : '') };
}

/** Names without what all of them share with the figure's title. */
function shortNames(series: readonly SeriesFrame[], title: string): string[] {
  return series.map(({ name }) => {
    const cut = (name.startsWith(title) ? name.slice(title.length) : name.endsWith(title) ? name.slice(0, -title.length) : name).replace(/^[\s:,]+|[\s:,]+$/g, '');
    return cut === '' ? name : cut;
  });
}

function drawImages(figure: Figure, { width, theme }: PlotSettings): SVGSVGElement {
  const images = [...figure.images.values()];
  const side = Math.min(width, 420);
  let y = 0;
  const out = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', role: 'img', 'aria-label': `${figure.title}: a picture`, fill: theme.text });
  for (const image of images) {
    const height = (side * image.height) / image.width;
    out.append(svg('image', { href: paintImage(image), x: 0, y, width: side, height, style: 'image-rendering:pixelated' }));
    y += height + 8;
  }
  out.setAttribute('viewBox', `0 0 ${side} ${y}`);
  out.setAttribute('width', String(side));
  out.setAttribute('height', String(y));
  return out;
}
