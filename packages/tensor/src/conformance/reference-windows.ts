/** Convolutions and pooling by their definitions. */
import type { Node } from '../api.js';
import type { Definition, Operands } from './reference.js';

interface Window {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly window: readonly [number, number];
}

const windowOf = (node: Node): Window => node.params as unknown as Window;

/** Input row (or column) that tap `k` of output `o` sees. */
const seen = (w: Window, axis: 0 | 1, o: number, k: number): number => o * w.strides[axis] + k * (w.dilation?.[axis] ?? 1) - w.padding[axis][0];

const inside = (i: number, n: number): boolean => i >= 0 && i < n;

/** Sum over the trilinear form ⟨y, conv(x, w)⟩ with one argument's index fixed; `term` multiplies the other two. */
function convolutionSum(
  w: Window,
  sizes: { x: readonly number[]; y: readonly number[]; filter: readonly number[] },
  fixed: { n?: number; row?: number; column?: number; cin?: number; p?: number; q?: number; cout?: number; i?: number; j?: number; c?: number },
  term: (x: number[], filter: number[], y: number[]) => number,
): number {
  const choose = (value: number | undefined, size: number): number[] => (value === undefined ? Array.from({ length: size }, (_, i) => i) : [value]);
  const perGroupIn = sizes.filter[2]!;
  const perGroupOut = sizes.filter[3]! / w.groups;
  let sum = 0;
  for (const n of choose(fixed.n, sizes.x[0]!))
    for (const p of choose(fixed.p, sizes.y[1]!))
      for (const q of choose(fixed.q, sizes.y[2]!))
        for (const i of choose(fixed.i, sizes.filter[0]!)) {
          const row = seen(w, 0, p, i);
          if (!inside(row, sizes.x[1]!) || (fixed.row !== undefined && row !== fixed.row)) continue;
          for (const j of choose(fixed.j, sizes.filter[1]!)) {
            const column = seen(w, 1, q, j);
            if (!inside(column, sizes.x[2]!) || (fixed.column !== undefined && column !== fixed.column)) continue;
            for (const cout of choose(fixed.cout, sizes.filter[3]!)) {
              const group = Math.floor(cout / perGroupOut);
              for (const c of choose(fixed.c, perGroupIn)) {
                const cin = group * perGroupIn + c;
                if (fixed.cin !== undefined && cin !== fixed.cin) continue;
                sum += term([n, row, column, cin], [i, j, c, cout], [n, p, q, cout]);
              }
            }
          }
        }
  return sum;
}

/** Input positions of a pooling window that lie inside, with their offsets. */
function* cells({ node }: Operands, w: Window, index: readonly number[], shape: readonly number[]): Generator<{ k: number; at: number[] }> {
  void node;
  for (let i = 0; i < w.window[0]; i++)
    for (let j = 0; j < w.window[1]; j++) {
      const [row, column] = [seen(w, 0, index[1]!, i), seen(w, 1, index[2]!, j)];
      if (inside(row, shape[1]!) && inside(column, shape[2]!)) yield { k: i * w.window[1] + j, at: [index[0]!, row, column, index[3]!] };
    }
}

/** Output positions whose window holds an input position, with the offset in that window. */
function* owners(w: Window, index: readonly number[], shape: readonly number[]): Generator<{ k: number; at: number[] }> {
  for (let p = 0; p < shape[1]!; p++)
    for (let q = 0; q < shape[2]!; q++) {
      const [i, j] = [index[1]! - seen(w, 0, p, 0), index[2]! - seen(w, 1, q, 0)];
      if (inside(i, w.window[0]) && inside(j, w.window[1])) yield { k: i * w.window[1] + j, at: [index[0]!, p, q, index[3]!] };
    }
}

export const WINDOWS: Readonly<Record<string, Definition>> = {
  conv2d: ({ node, at }, [n, p, q, cout]) => {
    const [x, filter] = node.inputs as [Node, Node];
    return convolutionSum(windowOf(node), { x: x.shape, y: node.shape, filter: filter.shape }, { n: n!, p: p!, q: q!, cout: cout! }, (xi, wi) => at(0, xi) * at(1, wi));
  },
  conv2dInput: ({ node, at }, [n, row, column, cin]) => {
    const [y, filter] = node.inputs as [Node, Node];
    return convolutionSum(windowOf(node), { x: node.shape, y: y.shape, filter: filter.shape }, { n: n!, row: row!, column: column!, cin: cin! }, (_, wi, yi) => at(0, yi) * at(1, wi));
  },
  conv2dFilter: ({ node, at }, [i, j, c, cout]) => {
    const [x, y] = node.inputs as [Node, Node];
    return convolutionSum(windowOf(node), { x: x.shape, y: y.shape, filter: node.shape }, { i: i!, j: j!, c: c!, cout: cout! }, (xi, _, yi) => at(0, xi) * at(1, yi));
  },
  poolArgMax: (o, index) => {
    let best = { k: 0, value: -Infinity };
    for (const { k, at } of cells(o, windowOf(o.node), index, o.node.inputs[0]!.shape)) {
      const value = o.at(0, at);
      if (value > best.value) best = { k, value };
    }
    return best.k;
  },
  poolGather: (o, index) => {
    const wanted = o.at(1, index);
    for (const { k, at } of cells(o, windowOf(o.node), index, o.node.inputs[0]!.shape)) if (k === wanted) return o.at(0, at);
    return 0;
  },
  poolScatter: (o, index) => {
    let sum = 0;
    for (const { k, at } of owners(windowOf(o.node), index, o.node.inputs[0]!.shape)) if (o.at(1, at) === k) sum += o.at(0, at);
    return sum;
  },
  windowSum: (o, index) => {
    let sum = 0;
    for (const { at } of cells(o, windowOf(o.node), index, o.node.inputs[0]!.shape)) sum += o.at(0, at);
    return sum;
  },
  windowSpread: (o, index) => {
    let sum = 0;
    for (const { at } of owners(windowOf(o.node), index, o.node.inputs[0]!.shape)) sum += o.at(0, at);
    return sum;
  },
};
