/** Ground costs between points: whole, or a block of rows at a time. */
import type { Matrix } from '@curv/linalg';
import { requireMatrix } from './checks.js';

/**
 * A cost of two points: |x − y|², |x − y|, Σ|x_k − y_k|, 1 − cos∠(x, y), or ‖x − y‖_p^power (p ≥ 1; p = ∞ the largest difference; power 1 unless given).
 */
export type Metric = 'sqeuclidean' | 'euclidean' | 'cityblock' | 'cosine' | { readonly p: number; readonly power?: number };

/** A cost matrix that is never stored whole. */
export interface CostBlocks {
  readonly rows: number;
  readonly columns: number;
  /** Writes rows `from` to `to` − 1, one after the other, to the start of `out`. */
  fill(from: number, to: number, out: Float64Array): void;
}

type Row = (x: Float64Array, at: number, out: Float64Array, start: number) => void;

/**
 * Costs by blocks of rows. Nothing is stored but the points.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @throws TypeError, RangeError on points that are not finite, of two dimensions, or for `cosine` 0; on an unknown metric
 */
export function pointCloudCost(xs: Matrix, ys: Matrix, metric: Metric = 'sqeuclidean'): CostBlocks {
  const where = 'pointCloudCost';
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  const row = rowOf(where, metric, xs, ys);
  const m = ys.rows;
  return {
    rows: xs.rows,
    columns: m,
    fill(from, to, out) {
      for (let i = from; i < to; i++) row(xs.data, i, out, (i - from) * m);
    },
  };
}

/**
 * The cost matrix of two sets of points, n×m. Cost O(n m d).
 * @param normalise divides by the largest or the mean cost
 * @throws as `pointCloudCost`
 */
export function costMatrix(xs: Matrix, ys: Matrix, metric: Metric = 'sqeuclidean', normalise: 'max' | 'mean' | false = false): Matrix {
  const blocks = pointCloudCost(xs, ys, metric);
  const data = new Float64Array(blocks.rows * blocks.columns);
  blocks.fill(0, blocks.rows, data);
  if (normalise !== false) normaliseCost(data, normalise);
  return { rows: blocks.rows, columns: blocks.columns, data };
}

/** Divides by the largest or the mean element, in place; leaves zeros alone. */
function normaliseCost(data: Float64Array, by: 'max' | 'mean'): void {
  let scale = 0;
  for (let k = 0; k < data.length; k++) scale = by === 'max' ? Math.max(scale, data[k]!) : scale + data[k]! / data.length;
  if (scale > 0) for (let k = 0; k < data.length; k++) data[k]! /= scale;
}

function rowOf(where: string, metric: Metric, xs: Matrix, ys: Matrix): Row {
  const d = xs.columns;
  if (metric === 'sqeuclidean') return coordinateRow(ys, d, (difference) => difference * difference);
  if (metric === 'euclidean') return mapped(coordinateRow(ys, d, (difference) => difference * difference), ys.rows, Math.sqrt);
  if (metric === 'cityblock') return coordinateRow(ys, d, Math.abs);
  if (metric === 'cosine') return cosineRow(where, xs, ys);
  if (typeof metric === 'object' && metric !== null && metric.p >= 1) return minkowskiRow(where, metric, ys, d);
  throw new RangeError(`${where}: metric must be sqeuclidean, euclidean, cityblock, cosine or { p: number of at least 1 }, got ${JSON.stringify(metric)}`);
}

/** Σ_k f(x_k − y_k). Targets are kept by coordinates, so that the inner loop reads memory in order. */
function coordinateRow(ys: Matrix, d: number, f: (difference: number) => number): Row {
  const m = ys.rows;
  const turned = byCoordinates(ys);
  return (x, i, out, start) => {
    out.fill(0, start, start + m);
    for (let k = 0; k < d; k++) {
      const value = x[i * d + k]!;
      const at = k * m;
      for (let j = 0; j < m; j++) out[start + j]! += f(value - turned[at + j]!);
    }
  };
}

function byCoordinates({ rows, columns, data }: Matrix): Float64Array {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) turned[k * rows + i] = data[i * columns + k]!;
  return turned;
}

function mapped(row: Row, m: number, f: (value: number) => number): Row {
  return (x, i, out, start) => {
    row(x, i, out, start);
    for (let j = start; j < start + m; j++) out[j] = f(out[j]!);
  };
}

function minkowskiRow(where: string, { p, power = 1 }: { readonly p: number; readonly power?: number }, ys: Matrix, d: number): Row {
  if (!(power > 0 && power < Infinity)) throw new RangeError(`${where}: metric.power must be a finite number above 0, got ${String(power)}`);
  if (p === Infinity) return maximumRow(ys, d, power);
  return mapped(coordinateRow(ys, d, (difference) => Math.abs(difference) ** p), ys.rows, (total) => total ** (power / p));
}

function maximumRow(ys: Matrix, d: number, power: number): Row {
  return (x, i, out, start) => {
    for (let j = 0; j < ys.rows; j++) {
      let largest = 0;
      for (let k = 0; k < d; k++) largest = Math.max(largest, Math.abs(x[i * d + k]! - ys.data[j * d + k]!));
      out[start + j] = largest ** power;
    }
  };
}

function cosineRow(where: string, xs: Matrix, ys: Matrix): Row {
  const d = xs.columns;
  const inverseX = inverseNorms(where, 'xs', xs);
  const inverseY = inverseNorms(where, 'ys', ys);
  return (x, i, out, start) => {
    for (let j = 0; j < ys.rows; j++) {
      let dot = 0;
      for (let k = 0; k < d; k++) dot += x[i * d + k]! * ys.data[j * d + k]!;
      out[start + j] = Math.max(0, 1 - dot * inverseX[i]! * inverseY[j]!);
    }
  };
}

function inverseNorms(where: string, name: string, { rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const norm = Math.hypot(...data.subarray(i * columns, (i + 1) * columns));
    if (norm === 0) throw new RangeError(`${where}: cosine needs points other than 0, got 0 in row ${i} of ${name}`);
    return 1 / norm;
  });
}
