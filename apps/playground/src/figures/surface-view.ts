/** A surface on the page: turned with the mouse, a finger or keys; a walker shows the values. */
import type { GridFrame } from '@curv/plugin';
import { button, h } from '../dom.js';
import { Surface } from './surface.js';
import { theme } from './theme.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

const KEYS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Draws a grid as a surface. */
export class SurfaceView {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly reading: HTMLElement = h('output', { class: 'reading', 'aria-live': 'polite' });
  private surface: Surface | null = null;
  private pending = false;
  private rolling = 0;

  constructor(
    title: string,
    private readonly extra: (column: number, row: number) => string = () => '',
  ) {
    this.canvas = h('canvas', { class: 'surface', tabindex: 0, role: 'application', 'aria-label': `${title}: a surface. Arrow keys walk, with shift they turn it, space rolls downhill.` });
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
    this.listenToPointer();
    const roll = button('Roll downhill', null, () => this.roll(), { class: 'chip' });
    const spin = button('Turn', null, () => this.spin(), { class: 'chip' });
    this.element = h('div', { class: 'surface-view' }, this.canvas, h('div', { class: 'surface-tools' }, this.reading, roll, spin), h('p', { class: 'hint' }, 'Drag to turn. Arrow keys walk, shift and arrows turn, space rolls downhill.'));
    new ResizeObserver(() => this.paintSoon()).observe(this.canvas);
  }

  show(grid: GridFrame): void {
    const before = this.surface;
    this.surface = new Surface(grid, theme());
    if (before) {
      [this.surface.yaw, this.surface.pitch] = [before.yaw, before.pitch];
      this.surface.at = before.at;
    }
    this.paintSoon();
  }

  svg(): string {
    return this.surface?.toSvg() ?? '';
  }

  private paintSoon(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      if (this.surface === null || this.canvas.clientWidth === 0) return;
      this.surface.paint(this.canvas);
      const { column, row } = this.surface.position;
      const text = [this.surface.describe(), this.extra(column, row)].filter(Boolean).join(' · ');
      if (this.reading.textContent !== text) this.reading.textContent = text;
    });
  }

  private onKey(event: KeyboardEvent): void {
    const direction = KEYS[event.key];
    if (event.key === ' ') this.roll();
    else if (direction === undefined) return;
    else if (event.shiftKey) this.surface?.turn(direction[0] * 0.12, direction[1] * 0.08);
    else this.surface?.walk(...direction);
    event.preventDefault();
    this.paintSoon();
  }

  /** Downhill until the bottom: step by step, or at once where motion is not wanted. */
  private roll(): void {
    clearInterval(this.rolling);
    if (calm.matches) {
      while (this.surface?.descend());
      return this.paintSoon();
    }
    this.rolling = window.setInterval(() => {
      if (this.surface?.descend() && this.canvas.isConnected) this.paintSoon();
      else clearInterval(this.rolling);
    }, 60);
  }

  private spin(): void {
    const steps = calm.matches ? 1 : 24;
    const turn = (left: number): void => {
      this.surface?.turn(0.8 / steps, 0);
      this.paintSoon();
      if (left > 1) requestAnimationFrame(() => turn(left - 1));
    };
    turn(steps);
  }

  private listenToPointer(): void {
    let last: readonly [number, number] | null = null;
    this.canvas.addEventListener('pointerdown', (event) => {
      last = [event.clientX, event.clientY];
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener('pointermove', (event) => {
      if (last === null) return;
      this.surface?.turn((event.clientX - last[0]) * 0.008, (event.clientY - last[1]) * 0.006);
      last = [event.clientX, event.clientY];
      this.paintSoon();
    });
    const end = (): void => void (last = null);
    this.canvas.addEventListener('pointerup', end);
    this.canvas.addEventListener('pointercancel', end);
  }
}
