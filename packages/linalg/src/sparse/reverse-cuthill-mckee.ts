import { requireSquareSparse, type SparseMatrix, turned } from './sparse-matrix.js';

/**
 * An order that brings the entries of a symmetric pattern (of A + Aᵀ) near the diagonal: breadth-first from a node far from another, neighbours
 * by degree, reversed (E. Cuthill & J. McKee 1969; A. George 1971). Row i of the reordered matrix is row `order[i]`: see `sparsePermute`.
 * @throws TypeError, RangeError where A is not a square sparse matrix
 */
export function reverseCuthillMckee(a: SparseMatrix): Int32Array {
  const n = requireSquareSparse('reverseCuthillMckee', 'a', a);
  const graph = symmetricPattern(a);
  const degree = Int32Array.from({ length: n }, (_, i) => graph.pointers[i + 1]! - graph.pointers[i]!);
  const order = new Int32Array(n);
  const placed = new Uint8Array(n);
  const level = new Int32Array(n);
  const byDegree = Array.from({ length: n }, (_, i) => i).sort((i, j) => degree[i]! - degree[j]!);
  let count = 0;
  for (const seed of byDegree) {
    if (placed[seed]) continue;
    const start = peripheral(graph, seed, degree, level, placed);
    order[count] = start;
    placed[start] = 1;
    for (let head = count++; head < count; head++) {
      const i = order[head]!;
      const from = count;
      for (let t = graph.pointers[i]!; t < graph.pointers[i + 1]!; t++) {
        const j = graph.indices[t]!;
        if (placed[j]) continue;
        placed[j] = 1;
        order[count++] = j;
      }
      order.subarray(from, count).sort((x, y) => degree[x]! - degree[y]!);
    }
  }
  return order.reverse();
}

/** A node of least degree in the last level, again and again while the levels grow (A. George & J. W. H. Liu 1979). */
function peripheral(graph: Graph, seed: number, degree: Int32Array, level: Int32Array, placed: Uint8Array): number {
  let start = seed;
  let depth = -1;
  for (;;) {
    const queue = [start];
    level.fill(-1);
    level[start] = 0;
    for (let head = 0; head < queue.length; head++) {
      const i = queue[head]!;
      for (let t = graph.pointers[i]!; t < graph.pointers[i + 1]!; t++) {
        const j = graph.indices[t]!;
        if (level[j] !== -1 || placed[j]) continue;
        level[j] = level[i]! + 1;
        queue.push(j);
      }
    }
    const last = level[queue.at(-1)!]!;
    if (last <= depth) return start;
    depth = last;
    start = queue.filter((i) => level[i] === last).reduce((best, i) => (degree[i]! < degree[best]! ? i : best));
  }
}

/** Neighbours of each node. */
export interface Graph {
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
}

/** The pattern of A + Aᵀ without the diagonal. Unchecked. */
export function symmetricPattern(a: SparseMatrix): Graph {
  const n = a.rows;
  const other = turned(a);
  const pointers = new Int32Array(n + 1);
  const indices = new Int32Array(2 * a.indices.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    let t = a.pointers[i]!;
    let s = other.pointers[i]!;
    while (t < a.pointers[i + 1]! || s < other.pointers[i + 1]!) {
      const x = t < a.pointers[i + 1]! ? a.indices[t]! : n;
      const y = s < other.pointers[i + 1]! ? other.indices[s]! : n;
      const j = Math.min(x, y);
      if (x === j) t++;
      if (y === j) s++;
      if (j !== i) indices[at++] = j;
    }
    pointers[i + 1] = at;
  }
  return { pointers, indices: indices.slice(0, at) };
}
