/** Dual variables of a spanning tree as a linear function of the costs of its arcs, in the primitives of `@curv/tensor`. */
import { concat, cumsum, gather, type Tensor, zeros } from '@curv/tensor';

/** Numbers of a tour: arcs going down and up the tree (2(n + m − 1)), signs, places of the nodes (n + m). */
export const tourLength = (n: number, m: number): number => 4 * (n + m - 1) + n + m;

/**
 * A walk round a tree: the arcs as i m + j, in the order in which they are passed, each once down and once up; the sign with which an arc's cost enters the
 * potential (u_i of sources, −v_j of sinks) while one walks; after how many arcs each node is first met.
 */
export function treeTour(parent: Int32Array, n: number): Int32Array {
  const nodes = parent.length;
  const m = nodes - n;
  const length = 2 * (nodes - 1);
  const tour = new Int32Array(tourLength(n, m));
  const [signs, places] = [tour.subarray(length, 2 * length), tour.subarray(2 * length)];
  const children: number[][] = Array.from({ length: nodes }, () => []);
  parent.forEach((p, x) => p >= 0 && children[p]!.push(x));
  let at = 0;
  const pass = (x: number, down: boolean): void => {
    const p = parent[x]!;
    tour[at] = Math.min(x, p) * m + Math.max(x, p) - n;
    // A source below a sink: u_i = c_ij − v_j; a sink below a source: −v_j = u_i − c_ij.
    signs[at++] = x < n === down ? 1 : -1;
  };
  const stack = [parent.indexOf(-1)];
  const open = new Uint8Array(nodes);
  while (stack.length > 0) {
    const x = stack.at(-1)!;
    if (open[x] === 1) {
      stack.pop();
      if (parent[x]! >= 0) pass(x, false);
      continue;
    }
    open[x] = 1;
    if (parent[x]! >= 0) pass(x, true);
    places[x] = at;
    stack.push(...children[x]!);
  }
  return tour;
}

/** ⟨a, u⟩ + ⟨b, v⟩, where u_i + v_j is the cost of every arc of the tree and the means of u and v are equal. */
export function treeDual(tour: Tensor, arcCosts: (arcs: Tensor) => Tensor, a: Tensor, b: Tensor): Tensor {
  const [n, m] = [a.shape[0]!, b.shape[0]!];
  const length = 2 * (n + m - 1);
  const signed = arcCosts(tour.slice([0], [length])).mul(tour.slice([length], [2 * length]).cast(a.dtype));
  const potentials = gather(concat([zeros([1], a.dtype), cumsum(signed)]), tour.slice([2 * length]));
  const [u, minusV] = [potentials.slice([0], [n]), potentials.slice([n])];
  const constant = minusV.mean().add(u.mean()).mul(-0.5);
  return a.mul(u.add(constant)).sum().sub(b.mul(minusV.add(constant)).sum());
}
