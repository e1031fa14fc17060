/** A place to draw a digit, and what a net sees of it: 8 × 8 values, as the built-in digits were made. */
import { h } from '../dom.js';

const SIDE = 280;
/** The digits were made from 32 × 32 dots, 4 × 4 of them a value (Alpaydin & Kaynak 1998). */
const [DOTS, CELLS] = [32, 8];

export class Pad {
  readonly canvas: HTMLCanvasElement = h('canvas', { class: 'pad', width: SIDE, height: SIDE, tabindex: 0, role: 'application', 'aria-label': 'Drawing pad. Draw with the mouse or a finger; with the keyboard the arrow keys move a pen, space lifts or lowers it, Delete clears. Keys 0 to 9 draw that digit.' });
  readonly seen: HTMLCanvasElement = h('canvas', { class: 'seen', width: CELLS, height: CELLS, role: 'img', 'aria-label': 'What the nets see: 8 by 8 values' });
  private readonly context: CanvasRenderingContext2D = this.canvas.getContext('2d', { willReadFrequently: true })!;
  private pen: [number, number] | null = null;
  private cursor: [number, number] = [SIDE / 2, SIDE / 2];
  private down = false;

  constructor(private readonly onDrawn: (pixels: Float32Array) => void) {
    this.listen();
    this.clear();
  }

  clear(): void {
    this.context.fillStyle = '#10131a';
    this.context.fillRect(0, 0, SIDE, SIDE);
    this.down = false;
    this.look();
  }

  /** Draws one of the built-in strokes of a digit. */
  example(digit: number): void {
    this.clear();
    for (const stroke of STROKES[digit]!) for (let k = 2; k < stroke.length; k += 2) this.line(stroke[k - 2]! * 2.8, stroke[k - 1]! * 2.8, stroke[k]! * 2.8, stroke[k + 1]! * 2.8);
    this.look();
  }

  private listen(): void {
    const at = ({ offsetX, offsetY }: PointerEvent): [number, number] => [(offsetX * SIDE) / this.canvas.clientWidth, (offsetY * SIDE) / this.canvas.clientHeight];
    this.canvas.addEventListener('pointerdown', (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.pen = at(event);
      this.line(...this.pen, ...this.pen);
    });
    this.canvas.addEventListener('pointermove', (event) => {
      if (this.pen === null) return;
      const next = at(event);
      this.line(...this.pen, ...next);
      this.pen = next;
      this.look();
    });
    const end = (): void => {
      this.pen = null;
      this.look();
    };
    this.canvas.addEventListener('pointerup', end);
    this.canvas.addEventListener('pointercancel', end);
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] };
    const move = moves[event.key];
    if (move) {
      const next: [number, number] = [Math.min(SIDE - 8, Math.max(8, this.cursor[0] + move[0])), Math.min(SIDE - 8, Math.max(8, this.cursor[1] + move[1]))];
      if (this.down) this.line(...this.cursor, ...next);
      this.cursor = next;
      this.look();
    } else if (event.key === ' ') this.down = !this.down;
    else if (event.key === 'Delete' || event.key === 'Backspace') this.clear();
    else if (/^\d$/.test(event.key)) this.example(Number(event.key));
    else return;
    event.preventDefault();
  }

  private line(x1: number, y1: number, x2: number, y2: number): void {
    const { context } = this;
    context.strokeStyle = '#ffffff';
    context.lineWidth = 24;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2 + 0.01);
    context.stroke();
  }

  private look(): void {
    const pixels = this.pixels();
    const picture = new ImageData(CELLS, CELLS);
    pixels.forEach((value, k) => picture.data.set([value * 255, value * 255, value * 255, 255], 4 * k));
    this.seen.getContext('2d')!.putImageData(picture, 0, 0);
    this.onDrawn(pixels);
  }

  /** The drawing cut out, set in the middle of 32 × 32 dots, and counted in cells of 4 × 4. */
  private pixels(): Float32Array {
    const { data } = this.context.getImageData(0, 0, SIDE, SIDE);
    const lit = (x: number, y: number): number => data[4 * (Math.floor(y) * SIDE + Math.floor(x))]!;
    let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
    for (let y = 0; y < SIDE; y += 2) {
      for (let x = 0; x < SIDE; x += 2) {
        if (lit(x, y) < 128) continue;
        [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      }
    }
    const out = new Float32Array(CELLS * CELLS);
    if (right < 0) return out;
    // The digits fill the height; narrow ones stay narrow.
    const size = Math.max(bottom - top, right - left, 20) * 1.02;
    const [startX, startY] = [(left + right) / 2 - size / 2, (top + bottom) / 2 - size / 2];
    for (let j = 0; j < DOTS; j++) {
      for (let i = 0; i < DOTS; i++) {
        const [x, y] = [startX + ((i + 0.5) * size) / DOTS, startY + ((j + 0.5) * size) / DOTS];
        const on = x >= 0 && y >= 0 && x < SIDE && y < SIDE && lit(x, y) >= 128;
        out[Math.floor(j / 4) * CELLS + Math.floor(i / 4)]! += on ? 1 / 16 : 0;
      }
    }
    return out;
  }
}

/** Strokes of the ten digits in a square of side 100: x, y, x, y, … */
const STROKES: readonly (readonly (readonly number[])[])[] = [
  [[50, 15, 34, 24, 29, 50, 34, 76, 50, 85, 66, 76, 71, 50, 66, 24, 50, 15]],
  [[38, 28, 52, 15, 52, 85]],
  [[32, 30, 40, 18, 56, 16, 66, 28, 60, 46, 32, 84, 70, 84]],
  [[32, 20, 52, 15, 66, 26, 60, 44, 46, 49, 62, 55, 68, 70, 54, 84, 32, 80]],
  [[58, 15, 30, 62, 72, 62], [60, 42, 60, 86]],
  [[66, 16, 38, 16, 35, 46, 54, 42, 68, 56, 64, 76, 48, 85, 32, 78]],
  [[62, 15, 42, 34, 33, 62, 42, 82, 58, 83, 66, 68, 56, 54, 38, 62]],
  [[30, 17, 70, 17, 46, 86], [38, 52, 64, 52]],
  [[50, 48, 35, 34, 40, 18, 58, 17, 64, 32, 50, 48, 34, 66, 40, 83, 60, 83, 66, 66, 50, 48]],
  [[64, 38, 50, 48, 36, 38, 38, 20, 56, 15, 65, 28, 63, 60, 52, 86]],
];
