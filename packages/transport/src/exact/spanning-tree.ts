/**
 * A spanning tree of the complete bipartite graph of n sources and m sinks, as the network simplex keeps it: nodes 0 … n−1 are sources, n … n+m−1
 * are sinks. The arc between a node and its parent belongs to the node.
 */
export interface SpanningTree {
  readonly sources: number;
  readonly nodes: number;
  readonly parent: Int32Array;
  /** Flow on the arc to the parent. */
  readonly flow: Float64Array;
  /** u_i of source i and −v_j of sink j; u_i + v_j = c_ij on the tree. */
  readonly potential: Float64Array;
  /** Next and previous node in a cyclic preorder that starts at the root. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Nodes of the subtree, and the last of them in preorder. */
  readonly size: Int32Array;
  readonly last: Int32Array;
  /** Room for the path that a pivot turns round. */
  readonly stem: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** A tree from its parents (−1 at the root) and flows; potentials are left at 0. */
export function spanningTree(sources: number, parent: Int32Array, flow: Float64Array): SpanningTree {
  const nodes = parent.length;
  const ints = (): Int32Array => new Int32Array(nodes);
  const tree = {
    sources, nodes, parent, flow, potential: new Float64Array(nodes), next: ints(), previous: ints(), size: ints().fill(1), last: ints(), stem: ints(),
    before: ints(), after: ints(),
  };
  preorder(tree);
  return tree;
}

/** Fills next, previous, size and last from the parents. */
function preorder({ nodes, parent, next, previous, size, last, stem, before, after }: SpanningTree): void {
  // Children as linked lists: `before` holds a node's first child, `after` its next sibling.
  before.fill(-1);
  let root = -1;
  for (let x = nodes - 1; x >= 0; x--) {
    const p = parent[x]!;
    if (p < 0) root = x;
    else {
      after[x] = before[p]!;
      before[p] = x;
    }
  }
  let top = 0;
  let tail = -1;
  stem[top++] = root;
  while (top > 0) {
    const x = stem[--top]!;
    if (tail >= 0) next[tail] = x;
    previous[x] = tail;
    tail = x;
    for (let child = before[x]!; child >= 0; child = after[child]!) stem[top++] = child;
  }
  next[tail] = root;
  previous[root] = tail;
  for (let x = 0; x < nodes; x++) last[x] = x;
  // Backwards in preorder a node comes after all of its subtree; the first child met is the last one.
  for (let x = tail; x !== root; x = previous[x]!) {
    const p = parent[x]!;
    if (last[p] === p) last[p] = last[x]!;
    size[p]! += size[x]!;
  }
}

/**
 * Cuts the subtree under `top` off, makes its node q the root and hangs it below p by an arc with the given flow; adds `shift` to the potentials of the
 * subtree, or takes it from all others where they are fewer: only differences count. `join` is the lowest common ancestor of p and q.
 */
export function regraft(tree: SpanningTree, top: number, q: number, p: number, join: number, flow: number, shift: number): void {
  const { nodes, potential, next, previous, size } = tree;
  const moved = size[top]!;
  cut(tree, top, join);
  const tail = reroot(tree, top, q, p, flow);
  hang(tree, q, p, join, tail, moved);
  if (2 * moved <= nodes) {
    for (let x = q; ; x = next[x]!) {
      potential[x]! += shift;
      if (x === tail) break;
    }
  } else {
    const end = previous[q]!;
    for (let x = next[tail]!; ; x = next[x]!) {
      potential[x]! -= shift;
      if (x === end) break;
    }
  }
}

/** Takes the subtree under `top` out of the preorder and out of what its ancestors know. */
function cut({ parent, next, previous, size, last }: SpanningTree, top: number, join: number): void {
  const moved = size[top]!;
  const left = previous[top]!;
  const end = last[top]!;
  const right = next[end]!;
  next[left] = right;
  previous[right] = left;
  for (let x = parent[top]!; x >= 0 && last[x] === end; x = parent[x]!) last[x] = left;
  for (let x = parent[top]!; x !== join; x = parent[x]!) size[x]! -= moved;
}

/** Turns the path from q up to `top` round and joins the preorders of its parts. Returns the last node. */
function reroot({ parent, flow: flows, next, previous, size, last, stem, before, after }: SpanningTree, top: number, q: number, p: number, flow: number): number {
  let count = 0;
  for (let x = q; ; x = parent[x]!) {
    stem[count] = x;
    before[count] = previous[x]!;
    after[count] = next[last[x]!]!;
    count++;
    if (x === top) break;
  }
  let tail = last[q]!;
  let end = tail;
  let below = size[q]!;
  let carried = flows[q]!;
  const whole = size[top]!;
  for (let k = 1; k < count; k++) {
    const x = stem[k]!;
    const child = stem[k - 1]!;
    next[tail] = x;
    previous[x] = tail;
    tail = before[k - 1]!;
    if (last[x] !== end) {
      const resume = after[k - 1]!;
      next[tail] = resume;
      previous[resume] = tail;
      tail = end = last[x]!;
    }
    const own = size[x]!;
    size[x] = whole - below;
    below = own;
    const kept = flows[x]!;
    flows[x] = carried;
    carried = kept;
    parent[x] = child;
  }
  for (let k = 0; k < count; k++) last[stem[k]!] = tail;
  size[q] = whole;
  parent[q] = p;
  flows[q] = flow;
  return tail;
}

/** Puts the preorder q … tail after p. */
function hang({ parent, next, previous, size, last }: SpanningTree, q: number, p: number, join: number, tail: number, moved: number): void {
  const right = next[p]!;
  next[p] = q;
  previous[q] = p;
  next[tail] = right;
  previous[right] = tail;
  for (let x = p; x >= 0 && last[x] === p; x = parent[x]!) last[x] = tail;
  for (let x = p; x !== join; x = parent[x]!) size[x]! += moved;
}
