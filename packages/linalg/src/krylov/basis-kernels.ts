/**
 * The inner loops of a Krylov basis on 128-bit WebAssembly vectors, assembled at first use, on a memory that holds the basis itself. Addresses and
 * lengths are in bytes; vectors are multiples of four numbers long. `w`, coefficients and strips are in double precision, the basis in either.
 */
import { add, assemble, type Code, get, I32, int, loop, memory, set, V128, vector, type WasmFunction, ZERO } from '@curv-internal/wasm-assembler';

/** SIMD opcodes: WebAssembly core specification 2.0, section 5.4.8. */
const [LOAD, SPLAT64, STORE, STORE_HALF, LOAD_HALF, DEMOTE, PROMOTE, ADD, SUB, MUL] = [0, 10, 11, 91, 93, 94, 95, 0xf0, 0xf1, 0xf2] as const;

/** What handles `width` vectors at a time, `stride` apart from `v` on. */
export interface BasisKernels {
  /** The two halves of vⱼ · w go to h + 16 j. */
  project(w: number, wEnd: number, v: number, stride: number, h: number): void;
  /** w −= Σ hⱼ vⱼ, hⱼ at h + 8 j. */
  subtract(w: number, wEnd: number, v: number, stride: number, h: number): void;
  /**
   * Rows out + t·stride of so many bytes become Σⱼ qⱼₜ sⱼ, where sⱼ are the rows of a strip, `row` bytes each, from s to sEnd, and qⱼₜ lies at
   * q + 8 (width j + t).
   */
  combine(s: number, sEnd: number, row: number, q: number, out: number, stride: number): void;
}

/** How a basis is stored; all is computed in double precision. */
export type Precision = 'float32' | 'float64';

/** Two numbers of a basis. */
const read = (precision: Precision, half: number, at: number): Code =>
  precision === 'float64' ? memory(LOAD, 16 * half, get(at)) : vector(PROMOTE, memory(LOAD_HALF, 8 * half, get(at)));
const write = (precision: Precision, half: number, at: number, value: Code): Code =>
  precision === 'float64' ? memory(STORE, 16 * half, get(at), value) : [memory(STORE_HALF, 8 * half, get(at), vector(DEMOTE, value)), 0];
/** Bytes of the four numbers that one turn handles. */
const turn = (precision: Precision): number => (precision === 'float64' ? 32 : 16);

const times = (count: number, f: (i: number) => Code): Code => Array.from({ length: count }, (_, i) => f(i));
const move = (local: number, by: number): Code => set(local, add(get(local), int(by)));

function projectFunction(precision: Precision, width: number): WasmFunction {
  const [w, wEnd, v, stride, h] = [0, 1, 2, 3, 4] as const;
  const p = 5;
  const [sums, left] = [5 + width, 5 + 3 * width] as const;
  const body = [
    times(width, (j) => set(p + j, j === 0 ? get(v) : add(get(p + j - 1), get(stride)))),
    times(2 * width, (s) => set(sums + s, ZERO)),
    loop(
      [
        times(2, (half) => set(left + half, memory(LOAD, 16 * half, get(w)))),
        times(width, (j) => [
          times(2, (half) => {
            const sum = sums + 2 * j + half;
            return set(sum, vector(ADD, get(sum), vector(MUL, get(left + half), read(precision, half, p + j))));
          }),
          move(p + j, turn(precision)),
        ]),
        move(w, 32),
      ],
      get(w),
      get(wEnd),
    ),
    times(width, (j) => memory(STORE, 16 * j, get(h), vector(ADD, get(sums + 2 * j), get(sums + 2 * j + 1)))),
  ];
  return { name: `project${width}`, parameters: 5, locals: [...new Array<number>(width).fill(I32), ...new Array<number>(2 * width + 2).fill(V128)], body };
}

function subtractFunction(precision: Precision, width: number): WasmFunction {
  const [w, wEnd, v, stride, h] = [0, 1, 2, 3, 4] as const;
  const p = 5;
  const [factor, rest] = [5 + width, 5 + 2 * width] as const;
  const body = [
    times(width, (j) => [set(p + j, j === 0 ? get(v) : add(get(p + j - 1), get(stride))), set(factor + j, memory(SPLAT64, 8 * j, get(h)))]),
    loop(
      [
        times(2, (half) => set(rest + half, memory(LOAD, 16 * half, get(w)))),
        times(width, (j) => [
          times(2, (half) => set(rest + half, vector(SUB, get(rest + half), vector(MUL, get(factor + j), read(precision, half, p + j))))),
          move(p + j, turn(precision)),
        ]),
        times(2, (half) => memory(STORE, 16 * half, get(w), get(rest + half))),
        move(w, 32),
      ],
      get(w),
      get(wEnd),
    ),
  ];
  return { name: `subtract${width}`, parameters: 5, locals: [...new Array<number>(width).fill(I32), ...new Array<number>(width + 2).fill(V128)], body };
}

function combineFunction(precision: Precision, width: number): WasmFunction {
  const [s, sEnd, row, q, out, stride] = [0, 1, 2, 3, 4, 5] as const;
  const [i, iEnd, p, at, target] = [6, 7, 8, 9, 10] as const;
  const [sums, right] = [11, 11 + 2 * width] as const;
  const body = [
    set(i, get(s)),
    set(iEnd, add(get(s), get(row))),
    loop(
      [
        times(2 * width, (t) => set(sums + t, ZERO)),
        set(p, get(i)),
        set(at, get(q)),
        loop(
          [
            times(2, (half) => set(right + half, memory(LOAD, 16 * half, get(p)))),
            times(width, (t) => [
              set(right + 2, memory(SPLAT64, 8 * t, get(at))),
              times(2, (half) => {
                const sum = sums + 2 * t + half;
                return set(sum, vector(ADD, get(sum), vector(MUL, get(right + 2), get(right + half))));
              }),
            ]),
            move(at, 8 * width),
            set(p, add(get(p), get(row))),
          ],
          get(p),
          get(sEnd),
        ),
        set(target, get(out)),
        times(width, (t) => [times(2, (half) => write(precision, half, target, get(sums + 2 * t + half))), set(target, add(get(target), get(stride)))]),
        move(out, turn(precision)),
        move(i, 32),
      ],
      get(i),
      get(iEnd),
    ),
  ];
  return { name: `combine${width}`, parameters: 6, locals: [...new Array<number>(5).fill(I32), ...new Array<number>(2 * width + 3).fill(V128)], body };
}

const compiled = new Map<Precision, WebAssembly.Module | null>();

function moduleOf(precision: Precision): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(assemble([1, 4].flatMap((width) => [projectFunction, subtractFunction, combineFunction].map((make) => make(precision, width)))));
  } catch {
    return null;
  }
}

/** The kernels for one vector and for four, on a memory of so many bytes. Null where the realm has no WebAssembly, no vectors, or not that much memory. */
export function basisKernels(precision: Precision, bytes: number): { readonly buffer: ArrayBuffer; readonly one: BasisKernels; readonly four: BasisKernels } | null {
  if (!compiled.has(precision)) compiled.set(precision, moduleOf(precision));
  const code = compiled.get(precision)!;
  if (code === null) return null;
  try {
    const m = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
    const f = new WebAssembly.Instance(code, { e: { m } }).exports as Record<string, (...args: number[]) => void>;
    const kernels = (width: 1 | 4): BasisKernels => ({ project: f[`project${width}`]!, subtract: f[`subtract${width}`]!, combine: f[`combine${width}`]! }) as BasisKernels;
    return { buffer: m.buffer as ArrayBuffer, one: kernels(1), four: kernels(4) };
  } catch {
    return null;
  }
}
