/** A surface that can be turned and walked on: a small projection of its own, painted from back to front. */
import type { GridFrame } from '@curv/plugin';
import { formatNumber } from '../number.js';
import { rgbText, viridis } from './colours.js';
import { type Cells, shrink } from './grid.js';
import type { Theme } from './theme.js';

/** Cells along a side. */
const MOST = 56;

interface Patch {
  readonly corners: readonly (readonly [number, number])[];
  readonly depth: number;
  readonly fill: string;
}

/** A grid's surface seen from somewhere. */
export class Surface {
  private readonly cells: Cells;
  yaw = 0.7;
  pitch = 0.62;
  /** Where the walker stands: column and row. */
  at: [number, number];

  constructor(
    private readonly grid: GridFrame,
    private readonly theme: Theme,
  ) {
    this.cells = shrink(grid, MOST);
    this.at = [Math.floor(this.cells.width / 2), Math.floor(this.cells.height / 2)];
  }

  turn(yaw: number, pitch: number): void {
    this.yaw += yaw;
    this.pitch = Math.min(1.45, Math.max(0.12, this.pitch + pitch));
  }

  /** Moves the walker by cells, in the direction that lies to the right and up on the screen. */
  walk(right: number, up: number): void {
    const [c, s] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    const [dx, dy] = [right * c + up * s, -right * s + up * c];
    const step = Math.abs(dx) >= Math.abs(dy) ? [Math.sign(dx), 0] : [0, Math.sign(dy)];
    const { width, height } = this.cells;
    this.at = [Math.min(width - 1, Math.max(0, this.at[0] + step[0]!)), Math.min(height - 1, Math.max(0, this.at[1] + step[1]!))];
  }

  /** Down the slope to the lowest neighbour; false at the bottom. */
  descend(): boolean {
    const { width, height } = this.cells;
    let best = this.at;
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]] as const) {
      const [x, y] = [this.at[0] + dx, this.at[1] + dy];
      if (x >= 0 && y >= 0 && x < width && y < height && this.value(x, y) < this.value(...best)) best = [x, y];
    }
    const moved = best !== this.at;
    this.at = best;
    return moved;
  }

  /** Where the walker stands, in the grid's coordinates. */
  get position(): { readonly x: number; readonly y: number; readonly value: number; readonly column: number; readonly row: number } {
    const { width, height } = this.cells;
    const place = ([a, b]: readonly [number, number], i: number, n: number): number => a + ((b - a) * i) / Math.max(1, n - 1);
    const [i, j] = this.at;
    return {
      x: place(this.grid.x ?? [0, this.grid.width - 1], i, width),
      y: place(this.grid.y ?? [0, this.grid.height - 1], j, height),
      value: this.value(i, j),
      column: Math.round((i * (this.grid.width - 1)) / Math.max(1, width - 1)),
      row: Math.round((j * (this.grid.height - 1)) / Math.max(1, height - 1)),
    };
  }

  describe(): string {
    const { x, y, value } = this.position;
    return `${formatNumber(x)}, ${formatNumber(y)}: ${formatNumber(value)}`;
  }

  private value(i: number, j: number): number {
    const z = this.cells.z[j * this.cells.width + i]!;
    return Number.isFinite(z) ? z : this.cells.high;
  }

  /** Screen coordinates in a square of side 1, and the depth. */
  private project(i: number, j: number, lift = 0): readonly [number, number, number] {
    const { width, height, low, high } = this.cells;
    const [x, y] = [i / Math.max(1, width - 1) - 0.5, j / Math.max(1, height - 1) - 0.5];
    const z = ((this.value(i, j) - low) / (high - low || 1) - 0.5) * 0.55 + lift;
    const [c, s] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    const [u, v] = [x * c - y * s, x * s + y * c];
    const [sp, cp] = [Math.sin(this.pitch), Math.cos(this.pitch)];
    const depth = v * cp - z * sp;
    const far = 1 / (1 + 0.32 * depth);
    return [0.5 + u * far * 0.6, 0.5 - (v * sp + z * cp) * far * 0.6, depth];
  }

  private patches(): Patch[] {
    const { width, height, low, high } = this.cells;
    const corners = Array.from({ length: width * height }, (_, k) => this.project(k % width, Math.floor(k / width)));
    const span = high - low || 1;
    const patches: Patch[] = [];
    for (let j = 0; j + 1 < height; j++) {
      for (let i = 0; i + 1 < width; i++) {
        const four = [j * width + i, j * width + i + 1, (j + 1) * width + i + 1, (j + 1) * width + i].map((k) => corners[k]!);
        const [a, b, d, e] = [this.value(i, j), this.value(i + 1, j), this.value(i, j + 1), this.value(i + 1, j + 1)];
        // A light from the left: slopes towards it are brighter.
        const slope = (((b - a + e - d) / 2) * width - ((d - a + e - b) / 2) * height) / span;
        const shade = 1 - 0.3 * Math.tanh(0.35 * slope);
        const fill = viridis(((a + b + d + e) / 4 - low) / span).map((part) => Math.min(255, Math.round(part * shade)));
        patches.push({ corners: four.map(([x, y]) => [x, y] as const), depth: four.reduce((sum, c) => sum + c[2], 0), fill: rgbText(fill) });
      }
    }
    return patches.sort((p, q) => q.depth - p.depth);
  }

  paint(canvas: HTMLCanvasElement): void {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [w, h] = [canvas.clientWidth, canvas.clientHeight];
    [canvas.width, canvas.height] = [Math.round(w * ratio), Math.round(h * ratio)];
    const context = canvas.getContext('2d')!;
    const scale = Math.min(w, h * 1.25) * ratio;
    const [left, top] = [(canvas.width - scale) / 2, (canvas.height - scale) / 2];
    context.lineWidth = ratio * 0.5;
    context.lineJoin = 'round';
    for (const { corners, fill } of this.patches()) {
      context.beginPath();
      corners.forEach(([x, y], k) => context[k === 0 ? 'moveTo' : 'lineTo'](left + x * scale, top + y * scale));
      context.closePath();
      context.fillStyle = fill;
      context.strokeStyle = this.theme.dark ? 'rgba(0,0,0,.35)' : 'rgba(255,255,255,.35)';
      context.fill();
      context.stroke();
    }
    this.paintWalker(context, { scale, left, top, ratio });
  }

  private paintWalker(context: CanvasRenderingContext2D, { scale, left, top, ratio }: { scale: number; left: number; top: number; ratio: number }): void {
    const [foot, head] = [this.project(...this.at), this.project(...this.at, 0.07)];
    context.lineWidth = 2.5 * ratio;
    context.strokeStyle = '#ffffff';
    context.beginPath();
    context.moveTo(left + foot[0] * scale, top + foot[1] * scale);
    context.lineTo(left + head[0] * scale, top + head[1] * scale);
    context.stroke();
    context.beginPath();
    context.arc(left + head[0] * scale, top + head[1] * scale, 6 * ratio, 0, 2 * Math.PI);
    context.fillStyle = '#ff5d3a';
    context.fill();
    context.lineWidth = 2 * ratio;
    context.stroke();
  }

  /** The same picture as SVG. */
  toSvg(side = 640): string {
    const point = ([x, y]: readonly [number, number]): string => `${(x * side).toFixed(1)},${(y * side).toFixed(1)}`;
    const parts = this.patches().map(({ corners, fill }) => `<polygon points="${corners.map(point).join(' ')}" fill="${fill}" stroke="${fill}" stroke-width=".6"/>`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}">${parts.join('')}</svg>`;
  }
}
