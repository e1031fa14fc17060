/**
 * The innermost loops of a matrix product. The left factor is read where it lies, element (i, k) at `rows[i] + depths[k]`, so that image patches
 * need not be written out; of the right factor, strips of `width` columns are packed. Written in WebAssembly with 128-bit vectors where the realm
 * has them, made from `assembler.ts` at first use; else in TypeScript.
 */
import { add, assemble, type Code, get, I32, int, load32, loop, memory, set, V128, vector, type WasmFunction, ZERO } from '@curv-internal/wasm-assembler';
import type { DType } from '../../api.js';
import { multiplier } from './gemm-fallback.js';

/** Rows of A, columns of B and C, and inner size that one call handles at most. */
export const ROWS = 128;
export const COLUMNS = 256;
export const DEPTH = 256;
/** Rows of C. */
export const BLOCK_ROWS = 512;

export type Floats = Float64Array | Float32Array;

/** Memory and a product on it. It is shared by all: each may count on it within one call only. */
export interface Microkernel {
  /** Columns of a strip of B. */
  readonly width: number;
  /** The left factor, in any layout; see `reserve`. */
  readonly a: Floats;
  /** Element (k, j) of the right factor at `⌊j / width⌋·width·depth + width·k + j mod width`. */
  readonly b: Floats;
  /** Row by row. */
  readonly c: Floats;
  /** Makes `a` at least so long; to be called before each use. What is in the arrays is lost, and they may be others. */
  reserve(size: number): void;
  /** Says where the left factor is: row i of the next products at `shift + rows[row + i]`, its element k `depths[first + k]` further. */
  address(shift: number, rows: Int32Array, row: number, rowCount: number, depths: Int32Array, first: number, depth: number): void;
  /** Adds the product to C from element `at` on, whose rows are `stride` apart. */
  multiply(rows: number, columns: number, depth: number, at: number, stride: number): void;
}

/** Whether vectors are used where there are any; only tests touch it. */
export const simd: { enabled: boolean } = { enabled: true };

export type Multiply = (rows: number, rowsEnd: number, depths: number, depthsEnd: number, b: number, bEnd: number, c: number, cStride: number) => void;

/** Addresses in bytes: two tables, B, C, A. */
const AT_DEPTHS = ROWS * 4;
const PAGE = 65536;
const AT_B = PAGE;
const AT_C = AT_B + COLUMNS * DEPTH * 8;
const AT_A = AT_C + BLOCK_ROWS * COLUMNS * 8;
/** Leaves `a` a MiB, more than most need: growing the memory detaches all arrays on it. */
const PAGES = AT_A / PAGE + 16;

/**
 * Parameters as in `Multiply`, in bytes. A tile is 4 rows and two vectors of columns, so that eight accumulators, two vectors of B and one
 * element of A fill the sixteen registers of x86-64; more rows, or an unrolled loop, were measured at half the speed.
 */
function multiplyFunction(name: string, load: number, plus: number, times: number): WasmFunction {
  const [rows, rowsEnd, depths, depthsEnd, b, bEnd, c, cStride] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [i, k, offset, q, at, row] = [8, 9, 10, 11, 12, 13] as const;
  const [sums, right, left] = [17, 25, 27] as const;
  const fourRows = (f: (r: number) => Code): Code => [0, 1, 2, 3].map(f);
  const both = (f: (j: number) => Code): Code => [0, 1].map(f);
  const add2 = (local: number, step: number): Code => set(local, add(get(local), int(step)));
  const inner = [
    set(offset, load32(0, get(k))),
    both((j) => set(right + j, memory(0, 16 * j, get(q)))),
    fourRows((r) => [
      set(left, memory(load, AT_A, add(get(row + r), get(offset)))),
      both((j) => set(sums + 2 * r + j, vector(plus, get(sums + 2 * r + j), vector(times, get(left), get(right + j))))),
    ]),
    add2(q, 32),
    add2(k, 4),
  ];
  const tile = [
    fourRows((r) => [set(row + r, load32(4 * r, get(i))), both((j) => set(sums + 2 * r + j, ZERO))]),
    set(k, get(depths)),
    set(q, get(b)),
    loop(inner, get(k), get(depthsEnd)),
    fourRows((r) => [
      both((j) => memory(11, 16 * j, get(at), vector(plus, memory(0, 16 * j, get(at)), get(sums + 2 * r + j)))),
      set(at, add(get(at), get(cStride))),
    ]),
    add2(i, 16),
  ];
  const strip = [set(i, get(rows)), set(at, get(c)), loop(tile, get(i), get(rowsEnd)), add2(c, 32), set(b, get(q))];
  const locals = [...new Array<number>(9).fill(I32), ...new Array<number>(11).fill(V128)];
  return { name, parameters: 8, locals, body: loop(strip, get(b), get(bEnd)) };
}

/** A `WebAssembly.Memory`, or what stands in for it. */
interface Memory {
  readonly buffer: ArrayBuffer;
  /** Loses what was in it. */
  grow(pages: number): unknown;
}

/** Null where this realm has no WebAssembly, no vectors in it, or forbids it. */
function vectorKernels(): Kernels | null {
  const functions = [multiplyFunction('f64', 10, 0xf0, 0xf2), multiplyFunction('f32', 9, 0xe4, 0xe6)];
  try {
    const { m, f64, f32 } = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions, PAGES))).exports as any; // as assembled
    return { float32: new Kernel(m, f32, 4), float64: new Kernel(m, f64, 8) };
  } catch {
    return null;
  }
}

/** Copies a part of a table, up to a multiple of `step` by repeating the last entry. */
function fill(table: Int32Array, from: Int32Array, first: number, count: number, step: number, unit: number, shift: number): void {
  for (let i = 0; i < count; i++) table[i] = unit * (shift + from[first + i]!);
  for (let i = count; i % step !== 0; i++) table[i] = table[count - 1]!;
}

class Kernel implements Microkernel {
  readonly width: number;
  a!: Floats;
  b!: Floats;
  c!: Floats;
  private rows!: Int32Array;
  private depths!: Int32Array;
  private readonly unit: number;
  private readonly memory: Memory;
  private readonly run: Multiply;

  /** @param unit bytes of an element */
  constructor(memory: Memory, run: Multiply, unit: number, width: number = 32 / unit) {
    this.memory = memory;
    this.run = run;
    this.unit = unit;
    this.width = width;
  }

  reserve(size: number): void {
    const { memory, unit } = this;
    const missing = Math.ceil((AT_A + size * unit - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
    const { buffer } = memory;
    // the other kernel may have grown it
    if (this.a?.buffer === buffer) return;
    const Floats = unit === 8 ? Float64Array : Float32Array;
    this.rows = new Int32Array(buffer, 0, ROWS);
    this.depths = new Int32Array(buffer, AT_DEPTHS, DEPTH);
    this.b = new Floats(buffer, AT_B, COLUMNS * DEPTH);
    this.c = new Floats(buffer, AT_C, BLOCK_ROWS * COLUMNS);
    this.a = new Floats(buffer, AT_A);
  }

  address(shift: number, rows: Int32Array, row: number, rowCount: number, depths: Int32Array, first: number, depth: number): void {
    fill(this.rows, rows, row, rowCount, 4, this.unit, shift);
    fill(this.depths, depths, first, depth, 1, this.unit, 0);
  }

  multiply(rows: number, columns: number, depth: number, at: number, stride: number): void {
    const { unit, width } = this;
    const bEnd = AT_B + Math.ceil(columns / width) * depth * width * unit;
    this.run(0, Math.ceil(rows / 4) * 16, AT_DEPTHS, AT_DEPTHS + 4 * depth, AT_B, bEnd, AT_C + at * unit, stride * unit);
  }
}

type Kernels = Record<'float32' | 'float64', Microkernel>;

/** Without vectors, float32 is computed in double precision too. */
function scalarKernels(): Kernels {
  const memory = {
    buffer: new ArrayBuffer(PAGES * PAGE),
    grow: (pages: number) => (memory.buffer = new ArrayBuffer(memory.buffer.byteLength + pages * PAGE)),
  };
  const kernel = new Kernel(memory, multiplier(memory, AT_A), 8, 4);
  return { float32: kernel, float64: kernel };
}

let scalars: Kernels | undefined;
let vectors: Kernels | null | undefined;

/** The kernel for results of a dtype. */
export function microkernel(dtype: DType): Microkernel {
  if (vectors === undefined) vectors = vectorKernels();
  const kernels = (simd.enabled ? vectors : null) ?? (scalars ??= scalarKernels());
  return kernels[dtype as 'float32' | 'float64'];
}
