/** A first feasible spanning tree for the network simplex. */

export interface InitialTree {
  readonly parent: Int32Array;
  readonly flow: Float64Array;
}

/**
 * Row minima in turn: source after source sends to its cheapest sink that still asks, as the modified row minimum rule does (Gottschlich & Schuhmacher 2014,
 * "The shortlist method for fast computation of the earth mover's distance"). Weights are positive. Every node but the root, the last sink to be served, is
 * thought to supply one infinitesimal more: so ties are broken, and arcs without flow point to the root. From such a strongly feasible tree degenerate
 * pivots cannot cycle (Cunningham 1976).
 * @param prices what each sink pays: potentials to start from, or zeros
 */
export function initialTree(a: Float64Array, b: Float64Array, cost: Float64Array, prices: Float64Array): InitialTree {
  const n = a.length;
  const m = b.length;
  const arcs = allocate(a, b, cost, prices);
  const parent = new Int32Array(n + m).fill(-1);
  const flow = new Float64Array(n + m);
  // Arcs close their nodes one by one; the node that an arc closes has no later arc, so read backwards its other end is already in the tree.
  for (let k = 0; k < n + m - 1; k++) {
    const closed = arcs.closed[k]!;
    parent[closed] = arcs.open[k]!;
    flow[closed] = arcs.amount[k]!;
  }
  return { parent, flow };
}

interface Arcs {
  readonly closed: Int32Array;
  readonly open: Int32Array;
  readonly amount: Float64Array;
}

function allocate(a: Float64Array, b: Float64Array, cost: Float64Array, prices: Float64Array): Arcs {
  const n = a.length;
  const m = b.length;
  const count = n + m - 1;
  const arcs: Arcs = { closed: new Int32Array(count), open: new Int32Array(count), amount: new Float64Array(count) };
  const demand = b.slice();
  const open = Int32Array.from({ length: m }, (_, j) => j);
  let left = m;
  const supply = a.slice();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  let rowsLeft = n;
  for (let k = 0, turn = 0; k < count; k++) {
    if (turn >= rowsLeft) turn = 0;
    const i = rows[turn]!;
    const at = cheapest(cost, i * m, prices, open, left);
    const j = open[at]!;
    const sent = supply[i]!;
    const asked = demand[j]!;
    // A tie closes the sink: the source has an infinitesimal left. The last sink takes what rounding leaves.
    const closes = left === 1 || (sent < asked && rowsLeft > 1);
    arcs.closed[k] = closes ? i : n + j;
    arcs.open[k] = closes ? n + j : i;
    arcs.amount[k] = closes ? sent : asked;
    if (closes) {
      demand[j] = asked - sent;
      rows.copyWithin(turn, turn + 1, rowsLeft--);
    } else {
      supply[i] = Math.max(0, sent - asked);
      open[at] = open[--left]!;
      turn++;
    }
  }
  return arcs;
}

/** Place in the list of open sinks of the smallest c_ij − prices_j in a row. */
function cheapest(cost: Float64Array, row: number, prices: Float64Array, open: Int32Array, left: number): number {
  let best = Infinity;
  let at = 0;
  for (let k = 0; k < left; k++) {
    const j = open[k]!;
    const c = cost[row + j]! - prices[j]!;
    if (c < best) {
      best = c;
      at = k;
    }
  }
  return at;
}
