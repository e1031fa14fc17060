/** Small pictures in text. */
import { formatNumber } from './table.js';

const BLOCKS = [...' ▁▂▃▄▅▆▇█'];
const SHADES = [...' ░▒▓█'];

/** A series as one line of blocks, at most `columns` wide. */
export function sparkline(values: ArrayLike<number>, columns = 60): string {
  const all = Array.from(values);
  const count = Math.min(columns, all.length);
  const cells = Array.from({ length: count }, (_, i) => {
    const part = all.slice(Math.floor((i * all.length) / count), Math.max(Math.floor((i * all.length) / count) + 1, Math.floor(((i + 1) * all.length) / count)));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
  return paint(cells, BLOCKS);
}

/** A grid as lines of shades, sampled down to the given size. */
export function heatmap(z: ArrayLike<number>, width: number, height: number, columns = 60, rows = 20): string {
  const [w, h] = [Math.min(columns, width), Math.min(rows, height)];
  const cells = Array.from({ length: w * h }, (_, k) => {
    const [i, j] = [Math.floor((Math.floor(k / w) * height) / h), Math.floor(((k % w) * width) / w)];
    return z[i * width + j]!;
  });
  const text = [...paint(cells, SHADES)];
  return Array.from({ length: h }, (_, i) => text.slice(i * w, (i + 1) * w).join('')).join('\n');
}

/** Named values as bars from 0, or on a logarithmic scale from a third of the least. */
export function bars(labels: readonly string[], values: ArrayLike<number>, { log = false, columns = 40 }: { readonly log?: boolean; readonly columns?: number } = {}): string {
  const all = Array.from(values);
  const foot = Math.log10(Math.min(...all) / 3);
  const lengths = all.map((value) => (log ? Math.log10(value) - foot : Math.abs(value)));
  const most = Math.max(...lengths) || 1;
  const width = Math.max(...labels.map((label) => label.length));
  return labels.map((label, i) => `  ${label.padEnd(width)}  ${(values[i]! < 0 ? '▒' : '█').repeat(Math.round((lengths[i]! / most) * columns))} ${formatNumber(values[i]!)}`).join('\n');
}

function paint(values: readonly number[], scale: readonly string[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return values.map((v) => scale[span > 0 ? Math.round(((v - low) / span) * (scale.length - 1)) : 0]!).join('');
}
