/**
 * The innermost loops of a matrix product on 128-bit WebAssembly vectors, assembled at first use (opcodes: WebAssembly core specification 2.0,
 * section 5.4). Operands are packed into strips of four in its own memory.
 */

/** Memory that holds packed operands and their product, and the function that multiplies them. */
export interface VectorKernel {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Rows × columns, rows `COLUMNS` apart. */
  readonly c: Float64Array;
  /** C ← A B for whole strips: `rows` and `columns` are multiples of four. */
  multiply(rows: number, columns: number, depth: number): void;
}

type Code = readonly (number | Code)[];

const I32 = 0x7f;
const V128 = 0x7b;
/** Numbers below 2²⁷ as LEB128, signed ones with room for the sign. */
const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]);
const constant = (n: number): Code => [0x41, n < 64 ? [n] : [(n & 127) | 128, n >>> 7]];
const get = (local: number): Code => [0x20, local];
const set = (local: number, value: Code): Code => [value, 0x21, local];
const plus = (a: Code, b: Code): Code => [a, b, 0x6a];
const vector = (opcode: number, ...operands: Code[]): Code => [operands, 0xfd, leb(opcode)];
const memory = (opcode: number, offset: number, ...operands: Code[]): Code => [vector(opcode, ...operands), 0, offset];
/** Runs the body, and again while a < b. */
const loop = (body: Code, a: Code, b: Code): Code => [0x03, 0x40, body, a, b, 0x49, 0x0d, 0, 0x0b];
const sized = (code: Code): Code => {
  const bytes = code.flat(Infinity as 10) as number[];
  return [leb(bytes.length), bytes];
};
const section = (id: number, ...code: Code): Code => [id, sized(code)];

/** Parameters in bytes: A, its end, B, its end, a strip of either, C, a row of C. A tile of 4×4 fills eight registers, its factors six more. */
function module(pages: number): Uint8Array<ArrayBuffer> {
  const [a, aEnd, b, bEnd, strip, c, row] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [p, q, end, at] = [7, 8, 9, 10] as const;
  const [sums, right, left] = [11, 19, 21] as const;
  const four = (f: (r: number) => Code): Code => [0, 1, 2, 3].map(f);
  const two = (f: (j: number) => Code): Code => [0, 1].map(f);
  const inner = [
    two((j) => set(right + j, memory(0, 16 * j, get(q)))),
    four((r) => [
      // load64_splat, f64x2.mul, f64x2.add
      set(left, memory(10, 8 * r, get(p))),
      two((j) => set(sums + 2 * r + j, vector(0xf0, get(sums + 2 * r + j), vector(0xf2, get(left), get(right + j))))),
    ]),
    set(p, plus(get(p), constant(32))),
    set(q, plus(get(q), constant(32))),
  ];
  const tile = [
    [0, 1, 2, 3, 4, 5, 6, 7].map((s) => set(sums + s, [0xfd, 12, new Array<number>(16).fill(0)])),
    set(q, get(b)),
    loop(inner, get(q), get(end)),
    four((r) => [two((j) => memory(11, 16 * j, get(at), get(sums + 2 * r + j))), set(at, plus(get(at), get(row)))]),
  ];
  const columns = [
    set(p, get(a)),
    set(at, get(c)),
    set(end, plus(get(b), get(strip))),
    loop(tile, get(p), get(aEnd)),
    set(b, get(end)),
    set(c, plus(get(c), constant(32))),
  ];
  const body = sized([2, 4, I32, 11, V128, loop(columns, get(b), get(bEnd)), 0x0b]);
  const code = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, 1, 0x60, 7, new Array<number>(7).fill(I32), 0),
    section(3, 1, 0),
    section(5, 1, 0, leb(pages)),
    section(7, 2, 1, 0x6d, 2, 0, 1, 0x66, 0, 0),
    section(10, 1, body),
  ];
  return Uint8Array.from(code.flat(Infinity as 10) as number[]);
}

/** For at most so many rows, columns and depths. Null where the realm has no WebAssembly, no vectors in it, or forbids it. */
export function vectorKernel(rows: number, columns: number, depth: number): VectorKernel | null {
  const atB = 8 * rows * depth;
  const atC = atB + 8 * columns * depth;
  try {
    const pages = Math.ceil((atC + 8 * rows * columns) / 65536);
    const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(module(pages))).exports as {
      m: WebAssembly.Memory;
      f: (a: number, aEnd: number, b: number, bEnd: number, strip: number, c: number, row: number) => void;
    };
    return {
      a: new Float64Array(m.buffer, 0, rows * depth),
      b: new Float64Array(m.buffer, atB, columns * depth),
      c: new Float64Array(m.buffer, atC, rows * columns),
      multiply: (r, s, k) => f(0, 8 * r * k, atB, atB + 8 * s * k, 32 * k, atC, 8 * columns),
    };
  } catch {
    return null;
  }
}
