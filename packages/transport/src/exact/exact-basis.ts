/** Optimal bases of transportation problems, sources and sinks without mass included. */
import { sum } from '../checks.js';
import { networkSimplex, type SimplexOptions } from './network-simplex.js';

/** A spanning tree of n sources and m sinks that carries an optimal plan: the dual variables meet the cost on its n + m − 1 arcs. */
export interface ExactBasis {
  /** Parents of the sources, then of the sinks, as node numbers; −1 at the root. */
  readonly parent: Int32Array;
  /** Flow on the arc to the parent. */
  readonly flow: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly pivots: number;
  readonly optimal: boolean;
}

/**
 * Solves on the sources and sinks with mass; the others hang from their nearest partner, without flow, which keeps the dual variables feasible. The constant
 * between x and y is such that their means are equal.
 * @param a n masses, at least 0. @param cost row-major [n · m]; unchecked
 */
export function exactBasis(a: Float64Array, b: Float64Array, cost: Float64Array, options: SimplexOptions): ExactBasis {
  const basis = a.every((w) => w > 0) && b.every((w) => w > 0) ? solve(a, b, cost, options) : solveSupport(a, b, cost, options);
  const { x, y } = basis;
  const constant = (sum(y) / y.length - sum(x) / x.length) / 2;
  x.forEach((u, i) => (x[i] = u + constant));
  y.forEach((v, j) => (y[j] = v - constant));
  return basis;
}

function solve(a: Float64Array, b: Float64Array, cost: Float64Array, options: SimplexOptions): ExactBasis {
  const { tree, pivots, optimal } = networkSimplex(a, b, cost, options);
  return { parent: tree.parent, flow: tree.flow, x: tree.potential.slice(0, a.length), y: tree.potential.subarray(a.length).map((p) => -p), pivots, optimal };
}

const supportOf = (weights: Float64Array): Int32Array => Int32Array.from([...weights.keys()].filter((i) => weights[i]! > 0));

function solveSupport(a: Float64Array, b: Float64Array, cost: Float64Array, options: SimplexOptions): ExactBasis {
  const [n, m] = [a.length, b.length];
  const [sources, sinks] = [supportOf(a), supportOf(b)];
  const pick = (values: Float64Array, at: Int32Array): Float64Array => Float64Array.from(at, (i) => values[i]!);
  const inner = new Float64Array(sources.length * sinks.length);
  sources.forEach((i, k) => inner.set(pick(cost.subarray(i * m, (i + 1) * m), sinks), k * sinks.length));
  const part = solve(pick(a, sources), pick(b, sinks), inner, { ...options, prices: pick(options.prices, sinks) });
  const basis = { ...part, parent: new Int32Array(n + m).fill(-1), flow: new Float64Array(n + m), x: new Float64Array(n), y: new Float64Array(m) };
  const node = (k: number): number => (k < sources.length ? sources[k]! : n + sinks[k - sources.length]!);
  part.parent.forEach((p, k) => {
    basis.parent[node(k)] = p < 0 ? -1 : node(p);
    basis.flow[node(k)] = part.flow[k]!;
  });
  sources.forEach((i, k) => (basis.x[i] = part.x[k]!));
  sinks.forEach((j, k) => (basis.y[j] = part.y[k]!));
  hangEmpty(a, b, cost, basis, sources);
  return basis;
}

/** Empty sinks from the nearest source with mass, then empty sources from the nearest sink: y_j = min_i c_ij − x_i, x_i = min_j c_ij − y_j. */
function hangEmpty(a: Float64Array, b: Float64Array, cost: Float64Array, { x, y, parent }: ExactBasis, sources: Int32Array): void {
  const [n, m] = [a.length, b.length];
  for (let j = 0; j < m; j++) {
    if (b[j]! > 0) continue;
    y[j] = Infinity;
    for (const i of sources) {
      const v = cost[i * m + j]! - x[i]!;
      if (v < y[j]!) {
        y[j] = v;
        parent[n + j] = i;
      }
    }
  }
  for (let i = 0; i < n; i++) {
    if (a[i]! > 0) continue;
    x[i] = Infinity;
    for (let j = 0; j < m; j++) {
      const u = cost[i * m + j]! - y[j]!;
      if (u < x[i]!) {
        x[i] = u;
        parent[i] = n + j;
      }
    }
  }
}
