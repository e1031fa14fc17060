/** The problems of the `transport` bench. */
import type { Matrix } from '@curv/linalg';
import type { Rng } from '@curv/plugin';
import { costMatrix } from '../../costs.js';

/** A named cost, with masses where they are not uniform. */
export interface CostProblem {
  readonly name: string;
  readonly cost: Matrix;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

export const draws = (n: number, draw: () => number): Float64Array => Float64Array.from({ length: n }, draw);

/** Normal points about a place on the diagonal. */
export const cloud = (rng: Rng, rows: number, columns: number, shift = 0): Matrix => ({ rows, columns, data: draws(rows * columns, () => rng.normal() + shift) });

export function masses(rng: Rng, n: number): Float64Array {
  const w = draws(n, () => 0.01 + rng.uniform());
  const total = w.reduce((s, v) => s + v, 0);
  return w.map((v) => v / total);
}

const uniform = (n: number): Float64Array => new Float64Array(n).fill(1 / n);
const square = (n: number, draw: () => number): Matrix => ({ rows: n, columns: n, data: draws(n * n, draw) });

/** Pixels of a square image. */
function grid(side: number): Matrix {
  return { rows: side * side, columns: 2, data: Float64Array.from({ length: 2 * side * side }, (_, k) => (k % 2 === 0 ? Math.floor(k / 2 / side) : (k >> 1) % side)) };
}

export function* transportProblems(rng: Rng, n: number): Iterable<CostProblem> {
  const [x, y] = [cloud(rng, n, 2), cloud(rng, n, 2, 1)];
  yield { name: 'normal clouds, masses', cost: costMatrix(x, y), a: masses(rng, n), b: masses(rng, n) };
  yield { name: 'normal clouds, uniform', cost: costMatrix(x, y), a: uniform(n), b: uniform(n) };
  yield { name: 'city blocks, mixed', cost: costMatrix(x, y, 'cityblock'), a: uniform(n), b: masses(rng, n) };
  yield { name: 'random costs', cost: square(n, () => rng.uniform()), a: masses(rng, n), b: masses(rng, n) };
  const pixels = grid(Math.round(Math.sqrt(n)));
  yield { name: 'images', cost: costMatrix(pixels, pixels), a: masses(rng, pixels.rows), b: masses(rng, pixels.rows) };
}

export function* assignmentProblems(rng: Rng, n: number): Iterable<{ readonly name: string; readonly cost: Matrix }> {
  yield { name: 'random costs', cost: square(n, () => rng.uniform()) };
  yield { name: 'random integers below 100', cost: square(n, () => Math.floor(100 * rng.uniform())) };
  yield { name: 'normal clouds, 10 dimensions', cost: costMatrix(cloud(rng, n, 10), cloud(rng, n, 10, 0.5)) };
  yield { name: 'normal clouds, 2 dimensions', cost: costMatrix(cloud(rng, n, 2), cloud(rng, n, 2, 0.5)) };
}
