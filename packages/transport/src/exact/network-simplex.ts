/**
 * The network simplex for the transportation problem with dense costs: min ⟨C, P⟩ over P ≥ 0 with given row and column sums (Dantzig 1951; strongly
 * feasible trees: Cunningham 1976; block pivots: Grigoriadis 1986; Király & Kovács 2012, arXiv:1207.6381).
 */
import { initialTree } from './initial-tree.js';
import { regraft, type SpanningTree, spanningTree } from './spanning-tree.js';

export interface SimplexOptions {
  /** Potentials of the sinks to start from. */
  readonly prices: Float64Array;
  readonly maxPivots: number;
  /** Reduced costs count as negative below −tolerance. */
  readonly tolerance: number;
  /** Called now and then with the number of pivots and how far below 0 the last reduced cost was; may throw to end the run. */
  onPivots(pivots: number, violation: number): void;
}

export interface SimplexResult {
  readonly tree: SpanningTree;
  readonly pivots: number;
  /** Whether no reduced cost is below −tolerance. */
  readonly optimal: boolean;
}

/**
 * Solves for positive weights of equal total, unchecked. O(nm) memory reads for each round of pricing; the number of pivots is in practice a small multiple of
 * n + m.
 */
export function networkSimplex(a: Float64Array, b: Float64Array, cost: Float64Array, options: SimplexOptions): SimplexResult {
  const { parent, flow } = initialTree(a, b, cost, options.prices);
  const tree = spanningTree(a.length, parent, flow);
  const pricing = { row: 0, source: 0, sink: 0, reduced: 0, tolerance: options.tolerance };
  let pivots = 0;
  let optimal = false;
  // Updates add rounding to the potentials: only fresh ones decide that the tree is optimal.
  for (let fresh = -1; !optimal && pivots < options.maxPivots; ) {
    if (fresh < 0 || !price(tree, cost, pricing)) {
      optimal = fresh === pivots;
      refreshPotentials(tree, cost, b.length);
      fresh = pivots;
      continue;
    }
    pivot(tree, pricing.source, pricing.sink, pricing.reduced);
    if (++pivots % 1024 === 0) options.onPivots(pivots, -pricing.reduced);
  }
  refreshPotentials(tree, cost, b.length);
  refreshFlows(tree, a, b);
  return { tree, pivots, optimal };
}

interface Pricing {
  /** Where the next block starts. */
  row: number;
  source: number;
  sink: number;
  reduced: number;
  readonly tolerance: number;
}

/** Finds the most negative reduced cost c_ij − u_i − v_j of the first block of rows that has one. */
function price(tree: SpanningTree, cost: Float64Array, pricing: Pricing): boolean {
  const n = tree.sources;
  const m = tree.nodes - n;
  const { potential } = tree;
  const v = potential.subarray(n);
  let best = -pricing.tolerance;
  let source = -1;
  let sink = -1;
  let row = pricing.row;
  // Blocks of about √(nm) entries, in whole rows.
  const blockRows = Math.max(1, Math.round(Math.sqrt(n / m)));
  for (let rows = 1; rows <= n; rows++) {
    const base = row * m;
    const u = potential[row]!;
    let smallest = best + u;
    let at = -1;
    for (let j = 0; j < m; j++) {
      const r = cost[base + j]! + v[j]!;
      if (r < smallest) {
        smallest = r;
        at = j;
      }
    }
    if (at >= 0) {
      best = smallest - u;
      source = row;
      sink = at;
    }
    if (++row === n) row = 0;
    if (source >= 0 && rows % blockRows === 0) break;
  }
  pricing.row = row;
  pricing.source = source;
  pricing.sink = n + sink;
  pricing.reduced = best;
  return source >= 0;
}

/** The arc from source i to sink j enters; flow goes round the cycle that it closes until an arc is empty, which leaves. */
function pivot(tree: SpanningTree, i: number, j: number, reduced: number): void {
  const { sources, parent, flow, size } = tree;
  let x = i;
  let y = j;
  let fromSource = Infinity;
  let fromSink = Infinity;
  let topSource = -1;
  let topSink = -1;
  // Flow runs down to i and up from j. Of the arcs that are emptied first the last one along the cycle leaves (Cunningham's rule): near i the first
  // met, near j the last met, and j's side before i's.
  while (x !== y) {
    if (size[x]! <= size[y]!) {
      if (x < sources && flow[x]! < fromSource) {
        fromSource = flow[x]!;
        topSource = x;
      }
      x = parent[x]!;
    } else {
      if (y >= sources && flow[y]! <= fromSink) {
        fromSink = flow[y]!;
        topSink = y;
      }
      y = parent[y]!;
    }
  }
  const join = x;
  const sinkSide = fromSink <= fromSource;
  const amount = sinkSide ? fromSink : fromSource;
  if (amount > 0) {
    for (x = i; x !== join; x = parent[x]!) flow[x]! += x < sources ? -amount : amount;
    for (y = j; y !== join; y = parent[y]!) flow[y]! += y < sources ? amount : -amount;
  }
  if (sinkSide) regraft(tree, topSink, j, i, join, amount, -reduced);
  else regraft(tree, topSource, i, j, join, amount, reduced);
}

/** Potentials from the costs of the tree's arcs, exact up to one rounding an arc. */
function refreshPotentials({ sources, nodes, parent, potential, next }: SpanningTree, cost: Float64Array, m: number): void {
  let root = 0;
  while (parent[root]! >= 0) root = parent[root]!;
  potential[root] = 0;
  for (let x = next[root]!, k = 1; k < nodes; x = next[x]!, k++) {
    const p = parent[x]!;
    // p_i − p_j = c_ij
    potential[x] = x < sources ? potential[p]! + cost[x * m + p - sources]! : potential[p]! - cost[p * m + x - sources]!;
  }
}

/** Flows from the weights: what the subtree of a node sends or takes goes over its arc. */
function refreshFlows({ sources, nodes, parent, flow, previous }: SpanningTree, a: Float64Array, b: Float64Array): void {
  for (let x = 0; x < nodes; x++) flow[x] = x < sources ? a[x]! : b[x - sources]!;
  let root = 0;
  while (parent[root]! >= 0) root = parent[root]!;
  for (let x = previous[root]!; x !== root; x = previous[x]!) {
    const p = parent[x]!;
    const sent = (flow[x] = Math.max(0, flow[x]!));
    // Source and sink alternate: what one sends the other asks less.
    flow[p]! -= sent;
  }
  flow[root] = 0;
}
