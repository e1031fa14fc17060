import type { Matrix } from './api.js';
import { requireCount, requireMatrix, requireTolerance, requireVector } from './checks.js';

/** Points near a query. */
export interface Neighbours {
  /** Row indices of the points, nearest first; of equal distances the smaller index first. */
  readonly indices: Int32Array;
  /** Euclidean distances. */
  readonly distances: Float64Array;
}

/** Points sorted by place. */
export interface KdTree {
  readonly count: number;
  readonly dimension: number;
  /** The k nearest points, all of them where there are fewer. @throws TypeError, RangeError on a query of another length, NaN, infinity */
  nearest(query: Float64Array, k?: number): Neighbours;
  /** All points at most `radius` away. @throws as `nearest` */
  within(query: Float64Array, radius: number): Neighbours;
}

const LEAF = 12;

interface Nodes {
  readonly order: Int32Array;
  /** Coordinates in the tree's order. */
  readonly points: Float64Array;
  /** By node: first and last place, axis (−1 of a leaf), the value that splits. Children of node k are 2k + 1 and 2k + 2. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly axis: Int32Array;
  readonly split: Float64Array;
}

/**
 * A k-d tree of the rows of an n×d matrix, halved at the median of the widest side (J. H. Friedman, J. L. Bentley & R. A. Finkel, ACM TOMS 3, 1977).
 * Cost O(n log² n); a query of few dimensions O(log n). Above about 20 dimensions a scan of all points is as fast.
 * @throws TypeError, RangeError unless a finite matrix of at least one column
 */
export function kdTree(points: Matrix): KdTree {
  requireMatrix('kdTree', 'points', points);
  const { rows: n, columns: d, data } = points;
  requireCount('kdTree', 'points.columns', d);
  const nodes = build(data, n, d);
  const search = (query: Float64Array, heap: Candidates): Neighbours => {
    if (n > 0) visit(nodes, d, 0, query, heap, new Float64Array(d), 0);
    return heap.sorted();
  };
  return {
    count: n,
    dimension: d,
    nearest: (query, k = 1) => {
      requireVector('kdTree.nearest', 'query', query, d);
      requireCount('kdTree.nearest', 'k', k);
      return search(query, new Candidates(Math.min(k, n), Infinity));
    },
    within: (query, radius) => {
      requireVector('kdTree.within', 'query', query, d);
      requireTolerance('kdTree.within', 'radius', radius);
      return search(query, new Candidates(n, radius * radius));
    },
  };
}

function build(data: Float64Array, n: number, d: number): Nodes {
  const depth = n <= LEAF ? 0 : Math.ceil(Math.log2(n / LEAF));
  const size = 2 ** (depth + 1) - 1;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const nodes = { from: new Int32Array(size), to: new Int32Array(size), axis: new Int32Array(size).fill(-1), split: new Float64Array(size) };
  const divide = (node: number, from: number, to: number): void => {
    nodes.from[node] = from;
    nodes.to[node] = to;
    if (2 * node + 2 >= size || to - from <= LEAF) return;
    const axis = widest(data, d, order, from, to);
    if (axis < 0) return;
    const middle = (from + to) >> 1;
    order.subarray(from, to).sort((i, j) => data[i * d + axis]! - data[j * d + axis]!);
    nodes.axis[node] = axis;
    nodes.split[node] = data[order[middle]! * d + axis]!;
    divide(2 * node + 1, from, middle);
    divide(2 * node + 2, middle, to);
  };
  divide(0, 0, n);
  const sorted = new Float64Array(n * d);
  order.forEach((i, at) => sorted.set(data.subarray(i * d, (i + 1) * d), at * d));
  return { order, points: sorted, ...nodes };
}

/** The axis of greatest extent, −1 where all points are one. */
function widest(data: Float64Array, d: number, order: Int32Array, from: number, to: number): number {
  let best = -1;
  let most = 0;
  for (let k = 0; k < d; k++) {
    let low = Infinity;
    let high = -Infinity;
    for (let t = from; t < to; t++) {
      const x = data[order[t]! * d + k]!;
      if (x < low) low = x;
      if (x > high) high = x;
    }
    if (high - low > most) {
      most = high - low;
      best = k;
    }
  }
  return best;
}

/** `offsets` holds the distance to the node's cell along each axis, `gap` the sum of their squares. */
function visit(nodes: Nodes, d: number, node: number, query: Float64Array, heap: Candidates, offsets: Float64Array, gap: number): void {
  const axis = nodes.axis[node]!;
  if (axis < 0) {
    for (let t = nodes.from[node]!; t < nodes.to[node]!; t++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (nodes.points[t * d + k]! - query[k]!) ** 2;
      heap.offer(sum, nodes.order[t]!);
    }
    return;
  }
  const difference = query[axis]! - nodes.split[node]!;
  const near = difference < 0 ? 1 : 2;
  visit(nodes, d, 2 * node + near, query, heap, offsets, gap);
  const before = offsets[axis]!;
  const far = gap - before * before + difference * difference;
  if (far * (1 - 1e-14) > heap.limit) return;
  offsets[axis] = difference;
  visit(nodes, d, 2 * node + 3 - near, query, heap, offsets, far);
  offsets[axis] = before;
}

/** The best so far, the worst of them on top. */
class Candidates {
  limit: number;
  private readonly squares: number[] = [];
  private readonly indices: number[] = [];

  constructor(
    private readonly capacity: number,
    limit: number,
  ) {
    this.limit = limit;
  }

  offer(square: number, index: number): void {
    const { squares, indices, capacity } = this;
    if (square > this.limit) return;
    if (squares.length < capacity) {
      squares.push(square);
      indices.push(index);
      for (let i = squares.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!this.worse(i, parent)) break;
        this.swap(i, parent);
        i = parent;
      }
    } else {
      if (square === squares[0]! && index > indices[0]!) return;
      squares[0] = square;
      indices[0] = index;
      this.sink();
    }
    if (squares.length === capacity) this.limit = Math.min(this.limit, squares[0]!);
  }

  sorted(): Neighbours {
    const order = this.squares.map((_, i) => i).sort((i, j) => this.squares[i]! - this.squares[j]! || this.indices[i]! - this.indices[j]!);
    return { indices: Int32Array.from(order, (i) => this.indices[i]!), distances: Float64Array.from(order, (i) => Math.sqrt(this.squares[i]!)) };
  }

  private worse(i: number, j: number): boolean {
    return this.squares[i]! > this.squares[j]! || (this.squares[i] === this.squares[j] && this.indices[i]! > this.indices[j]!);
  }

  private swap(i: number, j: number): void {
    const { squares, indices } = this;
    [squares[i], squares[j]] = [squares[j]!, squares[i]!];
    [indices[i], indices[j]] = [indices[j]!, indices[i]!];
  }

  private sink(): void {
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= this.squares.length) return;
      const child = left + 1 < this.squares.length && this.worse(left + 1, left) ? left + 1 : left;
      if (!this.worse(child, i)) return;
      this.swap(child, i);
      i = child;
    }
  }
}
