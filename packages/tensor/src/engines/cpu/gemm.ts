/**
 * Matrix products in blocks after K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008): the
 * right factor is packed into strips of a few columns, so that the innermost loop reads it in order and keeps a tile of the product in
 * registers. Packing and placing also move operands to where that loop can read them, and convert where they must.
 */
import type { TypedArray } from '../../api.js';
import { canGenerate } from './compile-loop.js';
import { BLOCK_ROWS, COLUMNS, DEPTH, ROWS } from './microkernel.js';
import type { Floats, Microkernel } from './microkernel.js';

/** Makes the left factor's rows i to i + rows, at depths k to k + depth, addressable for the kernel. */
export type Place = (i: number, rows: number, k: number, depth: number) => void;

/**
 * Writes columns `from` to `to` (exclusive) of the right factor between depths k0 and k1 as the kernel wants them. What an incomplete strip
 * leaves unset is not used.
 */
export type Pack = (panel: Floats, width: number, from: number, to: number, k0: number, k1: number) => void;

/** Takes rows i0 to i1 and columns j0 to j1 of the product from `block`, whose rows are `stride` apart. */
export type Store = (block: Floats, stride: number, i0: number, i1: number, j0: number, j1: number) => void;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** m×k times k×n; every element of the product is handed to `store` once. */
export function gemm(kernel: Microkernel, m: number, n: number, k: number, place: Place, pack: Pack, store: Store): void {
  const { b, c, width } = kernel;
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const j1 = Math.min(n, j0 + COLUMNS);
    const stride = roundUp(j1 - j0, width);
    for (let i0 = 0; i0 < m; i0 += BLOCK_ROWS) {
      const i1 = Math.min(m, i0 + BLOCK_ROWS);
      c.fill(0, 0, roundUp(i1 - i0, 4) * stride);
      for (let k0 = 0; k0 < k; k0 += DEPTH) {
        const k1 = Math.min(k, k0 + DEPTH);
        if (i0 === 0 || k > DEPTH) pack(b, width, j0, j1, k0, k1);
        for (let i = i0; i < i1; i += ROWS) {
          const rows = Math.min(ROWS, i1 - i);
          place(i, rows, k0, k1 - k0);
          kernel.multiply(rows, j1 - j0, k1 - k0, (i - i0) * stride, stride);
        }
      }
      store(c, stride, i0, i1, j0, j1);
    }
  }
}

/** Copies of a function that closes over nothing, one for each key: a compiled function is fast while it sees one kind of array. */
export function specialized<F extends (...args: never[]) => void>(f: F): (key: string) => F {
  const made = new Map<string, F>();
  return (key) => {
    if (!made.has(key)) made.set(key, canGenerate() ? (new Function(`return ${f.toString()}`)() as F) : f);
    return made.get(key)!;
  };
}

type StridedPack = (
  panel: Floats, width: number, from: number, to: number, k0: number, k1: number,
  x: TypedArray, offset: number, rowStride: number, depthStride: number,
) => void;
type BlockCopy = (
  x: TypedArray, from: number, line: number, step: number, out: TypedArray, to: number, toLine: number, toStep: number, lines: number, count: number,
) => void;

/** A `Pack` from strided memory: element (k, r) lies at `offset + r·rowStride + k·depthStride`. */
export const stridedPacker: (dtype: string) => StridedPack = /* @__PURE__ */ specialized(function pack(
  panel: Floats, width: number, from: number, to: number, k0: number, k1: number,
  x: TypedArray, offset: number, rowStride: number, depthStride: number,
): void {
  for (let r = from; r < to; r += 4) {
    const lane = (r - from) % width;
    let q = (r - from - lane) * (k1 - k0) + lane;
    let p0 = offset + r * rowStride + k0 * depthStride;
    // an incomplete strip repeats its last column
    let p1 = p0 + (r + 1 < to ? rowStride : 0);
    let p2 = p1 + (r + 2 < to ? rowStride : 0);
    let p3 = p2 + (r + 3 < to ? rowStride : 0);
    for (let k = k0; k < k1; k++) {
      panel[q] = x[p0]!;
      panel[q + 1] = x[p1]!;
      panel[q + 2] = x[p2]!;
      panel[q + 3] = x[p3]!;
      q += width;
      p0 += depthStride;
      p1 += depthStride;
      p2 += depthStride;
      p3 += depthStride;
    }
  }
});

/**
 * Copies a block: lines that are `line` apart from `from` on, their elements `step` apart, to lines that are `toLine` apart from `to` on, their
 * elements `toStep` apart.
 */
export const blockCopier: (dtype: string) => BlockCopy = /* @__PURE__ */ specialized(function copy(
  x: TypedArray, from: number, line: number, step: number, out: TypedArray, to: number, toLine: number, toStep: number, lines: number, count: number,
): void {
  const dense = step === 1 && toStep === 1;
  const joined = dense && line === count && toLine === count;
  const rows = joined ? 1 : lines;
  const run = joined ? lines * count : count;
  for (let i = 0; i < rows; i++) {
    let p = from + i * line;
    let q = to + i * toLine;
    // from about this length on, the realm's own copy is faster
    if (dense && run >= 48) out.set(x.subarray(p, p + run), q);
    else for (let j = 0; j < run; j++, p += step, q += toStep) out[q] = x[p]!;
  }
});
