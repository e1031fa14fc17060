/** The innermost loops of a matrix product on 128-bit WebAssembly vectors, assembled at first use. Operands are packed into strips of four in its own memory. */
import { add, assemble, type Code, get, I32, int, loop, memory, set, V128, vector, type WasmFunction, ZERO } from '@curv-internal/wasm-assembler';

/** Memory that holds packed operands and their product, and the function that multiplies them. */
export interface VectorKernel {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Rows × columns, rows `COLUMNS` apart. */
  readonly c: Float64Array;
  /** C ← A B for whole strips: `rows` and `columns` are multiples of four. */
  multiply(rows: number, columns: number, depth: number): void;
}

/** Parameters in bytes: A, its end, B, its end, a strip of either, C, a row of C. A tile of 4×4 fills eight registers, its factors six more. */
function multiplyFunction(): WasmFunction {
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
    set(p, add(get(p), int(32))),
    set(q, add(get(q), int(32))),
  ];
  const tile = [
    [0, 1, 2, 3, 4, 5, 6, 7].map((s) => set(sums + s, ZERO)),
    set(q, get(b)),
    loop(inner, get(q), get(end)),
    four((r) => [two((j) => memory(11, 16 * j, get(at), get(sums + 2 * r + j))), set(at, add(get(at), get(row)))]),
  ];
  const columns = [
    set(p, get(a)),
    set(at, get(c)),
    set(end, add(get(b), get(strip))),
    loop(tile, get(p), get(aEnd)),
    set(b, get(end)),
    set(c, add(get(c), int(32))),
  ];
  return { name: 'f', parameters: 7, locals: [...new Array<number>(4).fill(I32), ...new Array<number>(11).fill(V128)], body: loop(columns, get(b), get(bEnd)) };
}

/** For at most so many rows, columns and depths. Null where the realm has no WebAssembly, no vectors in it, or forbids it. */
export function vectorKernel(rows: number, columns: number, depth: number): VectorKernel | null {
  const atB = 8 * rows * depth;
  const atC = atB + 8 * columns * depth;
  try {
    const pages = Math.ceil((atC + 8 * rows * columns) / 65536);
    const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(assemble([multiplyFunction()], pages))).exports as {
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
