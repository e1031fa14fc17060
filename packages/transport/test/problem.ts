/** The arrays of tooling/reference/transport_exact.py: element k is sin(0.7 k + 0.11 k² + phase). */
import type { Matrix } from '@curv/linalg';

export const array = (length: number, phase: number, map: (value: number) => number = (v) => v): Float64Array =>
  Float64Array.from({ length }, (_, k) => map(Math.sin(0.7 * k + 0.11 * k * k + phase)));

export function masses(n: number, phase: number): Float64Array {
  const w = array(n, phase, (v) => 1.2 + v);
  const total = w.reduce((s, v) => s + v, 0);
  return w.map((v) => v / total);
}

export const clouds = (n: number, m: number, d: number, shift = 0.4): [Matrix, Matrix] => [
  { rows: n, columns: d, data: array(n * d, 0.3) },
  { rows: m, columns: d, data: array(m * d, 1.7, (v) => v + shift) },
];
