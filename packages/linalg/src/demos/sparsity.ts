/** Where the entries of a sparse matrix and its Cholesky factor lie, in three orders of elimination. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { minimumDegree } from '../sparse/minimum-degree.js';
import { reverseCuthillMckee } from '../sparse/reverse-cuthill-mckee.js';
import { sparseCholesky } from '../sparse/sparse-cholesky.js';
import { sparseFromTriplets, type SparseMatrix } from '../sparse/sparse-matrix.js';
import { sparsePermute } from '../sparse/sparse-permute.js';

interface Values {
  readonly size: number;
  readonly shape: string;
}

export async function* sparsity({ size, shape }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const n = size * size;
  const edges = shape === 'grid' ? gridEdges(size) : randomEdges(n, rng.fork('edges'));
  const keys = Float64Array.from({ length: n }, () => rng.uniform());
  const shuffled = shape === 'grid' ? Array.from(keys, (_, i) => i) : Array.from(keys, (_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
  const a = sparsePermute(laplacian(n, edges), shuffled);
  const orders: [string, ArrayLike<number>][] = [
    ['as given', Array.from({ length: n }, (_, i) => i)],
    ['reverse Cuthill-McKee', reverseCuthillMckee(a)],
    ['minimum degree', minimumDegree(a)],
  ];
  const labels = orders.map(([name]) => name);
  const counts = { 'entries of the factor L': [] as number[], 'entries that elimination adds': [] as number[] };
  const values: Record<string, number> = { 'entries of A': a.values.length };
  for (const [i, [name, order]] of orders.entries()) {
    yield progress(i, orders.length, name);
    await breathe(signal);
    const moved = sparsePermute(a, order);
    const { L } = sparseCholesky(moved, { ordering: 'natural' });
    yield { kind: 'grid', name: `A (1) and what its factor adds (2), ${name}`, axes: { x: { label: 'column' }, y: { label: 'row' } }, width: n, height: n, z: patternOf(moved, L) };
    counts['entries of the factor L'].push(L.values.length);
    counts['entries that elimination adds'].push(L.values.length - (a.values.length + n) / 2);
    values[`entries of L, ${name}`] = L.values.length;
    values[`bandwidth, ${name}`] = bandwidth(moved);
  }
  for (const [name, y] of Object.entries(counts)) yield { kind: 'series', name, figure: 'Entries, by the order of elimination', axes: { y: { label: 'entries' } }, mark: 'bar', labels, x: labels.map((_, i) => i), y };
  yield { kind: 'metric', step: 0, values };
}

function gridEdges(k: number): [number, number][] {
  const edges: [number, number][] = [];
  for (let i = 0; i < k * k; i++) {
    if ((i + 1) % k !== 0) edges.push([i, i + 1]);
    if (i + k < k * k) edges.push([i, i + k]);
  }
  return edges;
}

/** A tree with as many chords again. */
const randomEdges = (n: number, rng: Ctx['rng']): [number, number][] =>
  Array.from({ length: 2 * (n - 1) }, (_, t) => {
    const i = 1 + (t % (n - 1));
    return [i, Math.floor(rng.uniform() * i)];
  });

function laplacian(n: number, edges: readonly [number, number][]): SparseMatrix {
  const rows: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  const add = (i: number, j: number, value: number): void => {
    rows.push(i);
    columns.push(j);
    values.push(value);
  };
  for (let i = 0; i < n; i++) add(i, i, 1);
  for (const [i, j] of edges) {
    add(i, i, 1);
    add(j, j, 1);
    add(i, j, -1);
    add(j, i, -1);
  }
  return sparseFromTriplets(n, n, rows, columns, values);
}

/** 1 where A has an entry, 2 where only L has one, 0 elsewhere. */
function patternOf(a: SparseMatrix, { pointers, indices }: SparseMatrix): Float64Array {
  const n = a.rows;
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) z[i * n + indices[t]!] = 2;
    for (let t = a.pointers[i]!; t < a.pointers[i + 1]!; t++) z[i * n + a.indices[t]!] = 1;
  }
  return z;
}

function bandwidth({ rows, pointers, indices }: SparseMatrix): number {
  let most = 0;
  for (let i = 0; i < rows; i++) for (let t = pointers[i]!; t < pointers[i + 1]!; t++) most = Math.max(most, Math.abs(i - indices[t]!));
  return most;
}
