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
  /** Products with lines of numbers, on the same memory; null without vectors. */
  readonly lines: LineFunctions | null;
}

/** On lines of elements at `a`, a multiple of 64 bytes long. Ends are addresses: `AT_B` is that of `b`. */
interface LineFunctions {
  /** Inner products of the line and `b`: for each part of `PART` bytes, the first of which may be shorter, one vector of sums at `c`. */
  dot(first: number, end: number): void;
  /** Adds to `b` four lines that are `LINE` bytes apart, each times its number at `c`. */
  combine(end: number): void;
}

/** Bytes from line to line, and of a part of a line. */
export const LINE = 65536;
export const PART = 4096;

/** Whether vectors are used where there are any; only tests touch it. */
export const simd: { enabled: boolean } = { enabled: true };

export type Multiply = (rows: number, rowsEnd: number, depths: number, depthsEnd: number, b: number, bEnd: number, c: number, cStride: number) => void;

/** Addresses in bytes: two tables, B, C, A. */
const AT_DEPTHS = ROWS * 4;
const PAGE = 65536;
export const AT_B: number = PAGE;
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
  const inner = [
    set(offset, load32(0, get(k))),
    both((j) => set(right + j, memory(0, 16 * j, get(q)))),
    fourRows((r) => [
      set(left, memory(load, AT_A, add(get(row + r), get(offset)))),
      both((j) => set(sums + 2 * r + j, vector(plus, get(sums + 2 * r + j), vector(times, get(left), get(right + j))))),
    ]),
    step(q, 32),
    step(k, 4),
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
    step(i, 16),
  ];
  const strip = [set(i, get(rows)), set(at, get(c)), loop(tile, get(i), get(rowsEnd)), step(c, 32), set(b, get(q))];
  const locals = [...new Array<number>(9).fill(I32), ...new Array<number>(11).fill(V128)];
  return { name, parameters: 8, locals, body: loop(strip, get(b), get(bEnd)) };
}

const step = (local: number, by: number): Code => set(local, add(get(local), int(by)));

/** Parameters: the ends of the first part and of the line. Four sums run side by side. */
function dotFunction(name: string, plus: number, times: number): WasmFunction {
  const [partEnd, end, line, at, out] = [0, 1, 2, 3, 4] as const;
  const sums = [5, 6, 7, 8];
  const term = (k: number, j: number): Code => set(k, vector(plus, get(k), vector(times, memory(0, 16 * j, get(line)), memory(0, 16 * j, get(at)))));
  const part = [
    sums.map((k) => set(k, ZERO)),
    loop([sums.map(term), step(line, 64), step(at, 64)], get(at), get(partEnd)),
    memory(11, 0, get(out), sums.map((k) => get(k)), vector(plus), vector(plus), vector(plus)),
    step(out, 16),
    step(partEnd, PART),
  ];
  return { name, parameters: 2, locals: [I32, I32, I32, V128, V128, V128, V128], body: [set(line, int(AT_A)), set(at, int(AT_B)), set(out, int(AT_C)), loop(part, get(at), get(end))] };
}

/** Parameter: the end of the line. */
function combineFunction(name: string, load: number, unit: number, plus: number, times: number): WasmFunction {
  const [end, line, at, sum] = [0, 1, 2, 3] as const;
  const factors = [4, 5, 6, 7];
  const body = [
    set(sum, memory(0, 0, get(at))),
    factors.map((k, j) => set(sum, vector(plus, get(sum), vector(times, get(k), memory(0, AT_A + LINE * j, get(line)))))),
    memory(11, 0, get(at), get(sum)),
    step(line, 16),
    step(at, 16),
  ];
  return { name, parameters: 1, locals: [I32, I32, V128, V128, V128, V128, V128], body: [set(at, int(AT_B)), factors.map((k, j) => set(k, memory(load, AT_C + unit * j, int(0)))), loop(body, get(at), get(end))] };
}

/** A `WebAssembly.Memory`, or what stands in for it. */
interface Memory {
  readonly buffer: ArrayBuffer;
  /** Loses what was in it. */
  grow(pages: number): unknown;
}

/** Null where this realm has no WebAssembly, no vectors in it, or forbids it. */
function vectorKernels(): Kernels | null {
  const functions = [
    multiplyFunction('f64', 10, 0xf0, 0xf2), multiplyFunction('f32', 9, 0xe4, 0xe6), dotFunction('d64', 0xf0, 0xf2), dotFunction('d32', 0xe4, 0xe6),
    combineFunction('c64', 10, 8, 0xf0, 0xf2), combineFunction('c32', 9, 4, 0xe4, 0xe6),
  ];
  try {
    const { m, f64, f32, d64, d32, c64, c32 } = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions, PAGES))).exports as any; // as assembled
    return { float32: new Kernel(m, f32, 4, { dot: d32, combine: c32 }), float64: new Kernel(m, f64, 8, { dot: d64, combine: c64 }) };
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
  readonly lines: LineFunctions | null;
  a!: Floats;
  b!: Floats;
  c!: Floats;
  private rows!: Int32Array;
  private depths!: Int32Array;
  private readonly unit: number;
  private readonly memory: Memory;
  private readonly run: Multiply;

  /** @param unit bytes of an element */
  constructor(memory: Memory, run: Multiply, unit: number, lines: LineFunctions | null, width: number = 32 / unit) {
    this.memory = memory;
    this.run = run;
    this.unit = unit;
    this.lines = lines;
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
  const kernel = new Kernel(memory, multiplier(memory, AT_A), 8, null, 4);
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
