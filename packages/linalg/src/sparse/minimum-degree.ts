import { type SparseMatrix, requireSquareSparse } from './sparse-matrix.js';
import { symmetricPattern } from './reverse-cuthill-mckee.js';

/**
 * An order in which the Cholesky factor of a symmetric pattern (of A + Aᵀ) stays sparse: approximate minimum degree on the quotient graph, with
 * element absorption, mass elimination and indistinguishable nodes (P. R. Amestoy, T. A. Davis & I. S. Duff, SIAM J. Matrix Anal. Appl. 17, 1996).
 * Row i of the reordered matrix is row `order[i]`.
 * @throws TypeError, RangeError where A is not a square sparse matrix
 */
export function minimumDegree(a: SparseMatrix): Int32Array {
  const n = requireSquareSparse('minimumDegree', 'a', a);
  const { pointers, indices } = symmetricPattern(a);
  return new QuotientGraph(n, Array.from({ length: n }, (_, i) => Array.from(indices.subarray(pointers[i]!, pointers[i + 1]!)))).eliminate();
}

/** Variables and the elements that their elimination has left: a variable's neighbours are its variables and those of its elements. */
class QuotientGraph {
  /** Neighbouring variables of a variable, variables of an element. */
  private readonly variables: number[][];
  /** Elements of a variable. */
  private readonly elements: number[][];
  private readonly degree: Int32Array;
  /** How many columns a variable stands for; 0 once eliminated or merged into another. */
  private readonly weight: Int32Array;
  /** Weighted size of an element; 0 once absorbed. */
  private readonly size: Int32Array;
  private readonly followers: number[][];
  private readonly heads: Int32Array;
  private readonly nexts: Int32Array;
  private readonly previous: Int32Array;
  private readonly mark: Int32Array;
  private readonly outside: Int32Array;
  private readonly stamp: Int32Array;
  private tick = 0;

  constructor(
    private readonly n: number,
    neighbours: number[][],
  ) {
    this.variables = neighbours;
    this.elements = neighbours.map(() => []);
    this.degree = Int32Array.from(neighbours, (list) => list.length);
    this.weight = new Int32Array(n).fill(1);
    this.size = new Int32Array(n);
    this.followers = neighbours.map(() => []);
    this.heads = new Int32Array(n + 1).fill(-1);
    this.nexts = new Int32Array(n);
    this.previous = new Int32Array(n);
    this.mark = new Int32Array(n).fill(-1);
    this.outside = new Int32Array(n);
    this.stamp = new Int32Array(n).fill(-1);
    for (let i = n - 1; i >= 0; i--) this.insert(i);
  }

  eliminate(): Int32Array {
    const order: number[] = [];
    let left = this.n;
    for (let least = 0; left > 0; ) {
      while (this.heads[least]! < 0) least++;
      const pivot = this.heads[least]!;
      this.remove(pivot);
      const members = this.formElement(pivot);
      left -= this.weight[pivot]!;
      order.push(pivot);
      this.weight[pivot] = 0;
      this.countOutside(pivot, members);
      for (const i of members) this.update(i, pivot, left);
      this.mergeAlike(members);
      let total = 0;
      const kept = members.filter((i) => this.weight[i]! > 0);
      for (const i of kept) total += this.weight[i]!;
      this.variables[pivot] = kept;
      this.size[pivot] = total;
      for (const i of kept) {
        this.degree[i] = Math.max(0, Math.min(this.degree[i]!, left - this.weight[i]!));
        this.insert(i);
        least = Math.min(least, this.degree[i]!);
      }
    }
    return Int32Array.from(order.flatMap((i) => this.unfold(i)));
  }

  /** A variable and all that were merged into it. */
  private unfold(i: number): number[] {
    const out = [i];
    for (let k = 0; k < out.length; k++) out.push(...this.followers[out[k]!]!);
    return out;
  }

  /** The variables adjacent to the pivot; its elements are absorbed. */
  private formElement(pivot: number): number[] {
    const members: number[] = [];
    const tick = ++this.tick;
    this.mark[pivot] = tick;
    const add = (i: number): void => {
      if (this.weight[i]! === 0 || this.mark[i] === tick) return;
      this.mark[i] = tick;
      members.push(i);
      this.remove(i);
    };
    for (const i of this.variables[pivot]!) add(i);
    for (const e of this.elements[pivot]!) {
      for (const i of this.variables[e]!) add(i);
      this.size[e] = 0;
      this.variables[e] = [];
    }
    this.elements[pivot] = [];
    let total = 0;
    for (const i of members) total += this.weight[i]!;
    this.size[pivot] = total;
    return members;
  }

  /** |Lₑ \ Lₚ| for every element of a member (Amestoy, Davis & Duff, algorithm 2). */
  private countOutside(pivot: number, members: readonly number[]): void {
    for (const i of members) {
      for (const e of this.elements[i]!) {
        if (this.size[e]! === 0 || e === pivot) continue;
        if (this.stamp[e] !== this.tick) {
          this.stamp[e] = this.tick;
          this.outside[e] = this.size[e]!;
        }
        this.outside[e]! -= this.weight[i]!;
      }
    }
  }

  /** Lists and approximate degree of a member of the new element. */
  private update(i: number, pivot: number, left: number): void {
    const { mark, weight, size, outside, tick } = this;
    let bound = size[pivot]! - weight[i]!;
    const elements = [pivot];
    for (const e of this.elements[i]!) {
      // an element within the new one is absorbed
      if (size[e]! === 0 || outside[e]! <= 0) continue;
      elements.push(e);
      bound += outside[e]!;
    }
    this.elements[i] = elements;
    // neighbours within the new element are covered by it
    const variables = this.variables[i]!.filter((j) => weight[j]! > 0 && mark[j] !== tick);
    this.variables[i] = variables;
    for (const j of variables) bound += weight[j]!;
    this.degree[i] = Math.min(left - weight[i]!, this.degree[i]! + size[pivot]! - weight[i]!, bound);
  }

  /** Members with equal lists are eliminated together from now on. */
  private mergeAlike(members: readonly number[]): void {
    const buckets = new Map<number, number[]>();
    for (const i of members) {
      let hash = 0;
      for (const j of this.variables[i]!) hash += j;
      for (const e of this.elements[i]!) hash += e;
      const bucket = buckets.get(hash);
      if (bucket) bucket.push(i);
      else buckets.set(hash, [i]);
    }
    for (const bucket of buckets.values()) {
      for (let s = 0; s + 1 < bucket.length; s++) {
        const i = bucket[s]!;
        if (this.weight[i]! === 0) continue;
        for (let t = s + 1; t < bucket.length; t++) {
          const j = bucket[t]!;
          if (this.weight[j]! === 0 || !this.alike(i, j)) continue;
          this.degree[i]! -= this.weight[j]!;
          this.weight[i]! += this.weight[j]!;
          this.weight[j] = 0;
          this.followers[i]!.push(j);
        }
      }
    }
  }

  private alike(i: number, j: number): boolean {
    const same = (x: readonly number[], y: readonly number[]): boolean => {
      if (x.length !== y.length) return false;
      const set = new Set(x);
      return y.every((k) => set.has(k));
    };
    return same(this.elements[i]!, this.elements[j]!) && same(this.variables[i]!, this.variables[j]!);
  }

  private insert(i: number): void {
    const d = this.degree[i]!;
    const head = this.heads[d]!;
    this.nexts[i] = head;
    this.previous[i] = -1 - d;
    if (head >= 0) this.previous[head] = i;
    this.heads[d] = i;
  }

  private remove(i: number): void {
    const before = this.previous[i]!;
    const after = this.nexts[i]!;
    if (before < 0) this.heads[-1 - before] = after;
    else this.nexts[before] = after;
    if (after >= 0) this.previous[after] = before;
  }
}
