/** Tables in plain text. */
import colors from 'picocolors';

const ANSI = /\u001b\[[0-9;]*m/g;
const width = (text: string): number => [...text.replace(ANSI, '')].length;

/** Columns aligned: numbers to the right, text to the left. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell)));
  const right = head.map((_, j) => rows.some((row) => typeof row[j] === 'number'));
  const widths = head.map((title, j) => Math.max(width(title), ...cells.map((row) => width(row[j] ?? ''))));
  const line = (row: readonly string[], paint: (s: string) => string = (s) => s): string =>
    row
      .map((cell, j) => {
        const gap = ' '.repeat(widths[j]! - width(cell));
        return right[j] ? gap + paint(cell) : paint(cell) + gap;
      })
      .join('  ')
      .trimEnd();
  return [line(head, colors.bold), ...cells.map((row) => line(row))].join('\n');
}

/** Four significant digits, in exponent form where that is shorter to read. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  if (x === 0 || Number.isInteger(x)) return Math.abs(x) < 1e7 ? String(x) : x.toExponential(3);
  const size = Math.abs(x);
  return size >= 1e-3 && size < 1e5 ? String(Number(x.toPrecision(4))) : x.toExponential(2);
}
