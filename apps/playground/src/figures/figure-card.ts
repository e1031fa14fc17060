/** A figure on the page: drawing, switches, downloads. */
import { button, h } from '../dom.js';
import type { Figure } from '../run/record.js';
import { isSquare } from './square.js';
import type { FigureSize, Share } from './layout.js';
import { fileName, save, svgText, svgToPng } from './export.js';
import type * as PlotModule from './plot.js';
import { SurfaceView } from './surface-view.js';
import { theme } from './theme.js';

/** The plotting library is the page's largest part: it comes with the first figure. */
const plotting = (): Promise<typeof PlotModule> => import('./plot.js');

/** A breath, so that nothing keeps the page busy for long. */
export const slice = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

let warm = false;

/**
 * Fetches it while the visitor still reads, and draws two small figures that nobody sees: what runs for the first time is compiled first, which would make the first
 * figure of a run a long task.
 */
export const fetchPlotting = (): void =>
  void setTimeout(async () => {
    const { drawFigure } = await plotting();
    if (warm) return;
    warm = true;
    const line = { kind: 'series', name: 'line', x: [1, 2, 3], y: [1, 3, 2] } as const;
    const grid = { kind: 'grid', name: 'map', width: 2, height: 2, z: [0, 1, 2, 3], x: [0, 3], y: [0, 3] } as const;
    for (const [series, grids] of [[[line], []], [[line, { ...line, name: 'dots', mark: 'dot' }], []], [[line], [grid]]] as const) {
      await slice();
      drawFigure({ title: '', series: new Map(series.map((one) => [one.name, one])), grids: new Map(grids.map((one) => [one.name, one])), images: new Map(), axes: {}, slotOf: (name) => Number(name === 'dots'), version: 0 }, { width: 400, logX: false, logY: false, theme: theme() });
    }
  }, 400);

/** Named bars lie, so that their names can be read. */
const isLying = ({ series }: Figure): boolean => [...series.values()].some(({ labels }) => labels !== undefined);

/** A title that begins with a symbol, such as t = 0.5, which has no capital. */
const SYMBOL = /^\p{L}(?!\p{L})/u;

/** Whether an axis can be logarithmic: it shows of a curve what is above 0, but bars whole or not at all. */
function canLog({ grids, series, axes }: Figure, axis: 'x' | 'y'): boolean {
  const above0 = (values: readonly number[], all: boolean): boolean => (all ? values.every((v) => v > 0) : values.some((v) => v > 0));
  return grids.size === 0 && series.size > 0 && axes.equal !== true && [...series.values()].every(({ [axis]: values, mark, labels }) => {
    const bars = mark === 'bar' || labels !== undefined;
    return !(axis === 'x' && bars) && above0(Array.from(values), bars);
  });
}

/** What a card tells its host, and asks of it. */
export interface CardOptions {
  /** More to say of a place on a surface. */
  readonly extra?: (column: number, row: number) => string;
  /** Called when the visitor takes another view, which may need another width. */
  readonly onView: () => void;
}

/** Keeps one figure drawn. */
export class FigureCard {
  readonly element: HTMLElement;
  private readonly stage: HTMLElement = h('div', { class: 'stage' });
  private readonly tools: HTMLElement = h('div', { class: 'tools' });
  private drawn = -1;
  private room = 0;
  private log: { x: boolean | null; y: boolean | null } = { x: null, y: null };
  private surface: SurfaceView | null = null;
  private view: 'map' | 'surface' | null = null;
  private toolsFor = '';

  constructor(
    private figure: Figure,
    private readonly options: CardOptions,
  ) {
    this.element = h('figure', { class: 'card figure', 'data-figure': figure.title }, h('div', { class: 'figure-head' }, h('figcaption', { class: SYMBOL.test(figure.title) ? null : 'words' }, figure.title), this.tools), this.stage);
  }

  /** Another run's figure of the same title. */
  take(figure: Figure): void {
    if (figure === this.figure) return;
    this.figure = figure;
    this.drawn = -1;
  }

  get size(): FigureSize {
    const grid = [...this.figure.grids.values()].at(-1);
    if (grid && (this.view ?? grid.view) === 'surface') return 'large';
    return isSquare(this.figure) ? 'small' : 'usual';
  }

  /** What it takes of its row. */
  set share(share: Share) {
    if (this.element.dataset['share'] !== share) this.element.dataset['share'] = share;
  }

  /** Room for the drawing, in pixels: asked for before anything is drawn, since each answer makes the browser lay out the page. */
  get width(): number {
    return this.stage.clientWidth;
  }

  /** Draws again what has changed. */
  async draw(room: number, force = false): Promise<void> {
    // Another figure beside it may have changed its width.
    if (!force && this.drawn === this.figure.version && Math.abs(room - this.room) < 8) return;
    this.drawn = this.figure.version;
    this.room = room;
    const grid = [...this.figure.grids.values()].at(-1);
    this.view ??= grid?.view ?? null;
    this.setTools(grid !== undefined);
    if (grid && this.view === 'surface') {
      if (force || this.surface === null) this.stage.replaceChildren((this.surface = new SurfaceView(this.figure.title, this.options.extra)).element);
      return this.surface.show(grid);
    }
    this.surface = null;
    const { drawFigure } = await plotting();
    const width = Math.max(260, Math.min(900, room || 560));
    this.stage.replaceChildren(drawFigure(this.figure, { width, theme: theme(), logX: this.isLog('x'), logY: this.isLog('y') }));
  }

  private isLog(axis: 'x' | 'y'): boolean {
    return (this.log[axis] ?? this.figure.axes[axis]?.log ?? false) && canLog(this.figure, axis);
  }

  private setTools(grid: boolean): void {
    const key = `${grid} ${this.view} ${this.isLog('x')} ${this.isLog('y')} ${canLog(this.figure, 'x')} ${canLog(this.figure, 'y')}`;
    if (key === this.toolsFor) return;
    this.toolsFor = key;
    const toggle = (axis: 'x' | 'y'): HTMLButtonElement | null =>
      canLog(this.figure, axis) ? button(isLying(this.figure) ? 'log' : `log ${axis}`, null, () => ((this.log[axis] = !this.isLog(axis)), this.redraw()), { class: 'chip', 'aria-pressed': String(this.isLog(axis)), title: isLying(this.figure) ? 'Logarithmic axis' : `Logarithmic ${axis} axis` }) : null;
    const views = grid ? (['map', 'surface'] as const).map((view) => button(view, null, () => ((this.view = view), this.redraw(), this.options.onView()), { class: 'chip', 'aria-pressed': String((this.view ?? 'map') === view) })) : [];
    const downloads = (['SVG', 'PNG'] as const).map((kind) => button(kind, null, () => void this.download(kind), { class: 'chip quiet', title: `Download as ${kind}`, 'aria-label': `Download ${this.figure.title} as ${kind}` }));
    const held = this.tools.contains(document.activeElement) ? [...this.tools.children].indexOf(document.activeElement!) : -1;
    this.tools.replaceChildren(...[toggle('x'), toggle('y'), ...views, ...downloads].filter((tool) => tool !== null));
    // A switch that is used stays in focus.
    if (held >= 0) (this.tools.children[Math.min(held, this.tools.children.length - 1)] as HTMLElement).focus();
  }

  private redraw(): void {
    this.toolsFor = '';
    void this.draw(this.width, true);
  }

  /** The figure as an SVG file's text. */
  async svg(): Promise<string> {
    if (this.surface) return this.surface.svg();
    const { drawFigure } = await plotting();
    return svgText(drawFigure(this.figure, { width: 760, theme: theme(), logX: this.isLog('x'), logY: this.isLog('y') }));
  }

  async png(): Promise<Blob> {
    return svgToPng(await this.svg(), theme().background);
  }

  private async download(kind: 'SVG' | 'PNG'): Promise<void> {
    if (kind === 'SVG') save(fileName(this.figure.title, 'svg'), new Blob([await this.svg()], { type: 'image/svg+xml' }));
    else save(fileName(this.figure.title, 'png'), await this.png());
  }
}
