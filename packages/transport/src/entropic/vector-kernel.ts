/**
 * Passes over an n×m matrix on 128-bit WebAssembly vectors (opcodes: WebAssembly core specification 2.0, section 5.4): exponentials, and the products of
 * Sinkhorn's iteration. The code is assembled once; every workspace has an instance and a memory of its own.
 */
import { add, assemble, type Code, get, I32, int, loop, memory, set, V128, vector, type WasmFunction } from '@curv-internal/wasm-assembler';

/** Rows are padded to multiples of 4, which are read at once, and columns to multiples of 8. */
const ROWS = 4;
const COLUMNS = 8;
export const paddedRows = (count: number): number => Math.ceil(count / ROWS) * ROWS;
export const paddedColumns = (count: number): number => Math.ceil(count / COLUMNS) * COLUMNS;

const load = (offset: number, address: Code): Code => memory(0, offset, address);
const splat = (offset: number, address: Code): Code => memory(10, offset, address);
const store = (address: Code, value: Code): Code => memory(11, 0, address, value);
const plus = (a: Code, b: Code): Code => vector(0xf0, a, b);
const minus = (a: Code, b: Code): Code => vector(0xf1, a, b);
const times = (a: Code, b: Code): Code => vector(0xf2, a, b);
const over = (a: Code, b: Code): Code => vector(0xf3, a, b);
const least = (a: Code, b: Code): Code => vector(0xf6, a, b);
const largest = (a: Code, b: Code): Code => vector(0xf7, a, b);
const step = (local: number, bytes: number): Code => set(local, add(get(local), int(bytes)));
const times4 = (f: (r: number) => Code): Code => [0, 1, 2, 3].map(f);

/** A constant in both lanes. */
function both(value: number): Code {
  const bytes = [...new Uint8Array(Float64Array.of(value).buffer)];
  return [0xfd, 12, bytes, bytes];
}

/** 1.5·2⁵²: added to a small number, it leaves its nearest integer in the low bits. */
const MAGIC = 1.5 * 2 ** 52;
const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;
/** Below this exponentials count as 0: products with scalings down to e⁻¹⁰⁰ stay normal numbers, which are fast. */
export const LOWEST = -600;
/** Larger exponents count as this one. */
export const HIGHEST = 709;

/** 1/k!, k = 13 … 0: the remainder of the series is below 5e-18 for |r| ≤ ln 2 / 2. */
const SERIES = Array.from({ length: 14 }, (_, at) => {
  let factorial = 1;
  for (let k = 2; k <= 13 - at; k++) factorial *= k;
  return 1 / factorial;
});

/** Constants of the exponential; held in locals, as engines make a constant anew wherever it stands. */
const CONSTANTS = [LOWEST, HIGHEST, Math.LOG2E, MAGIC, LN2_HIGH, LN2_LOW, ...SERIES];

/** eˣ in both lanes: 2ᵏ eʳ with k = round(x / ln 2), |r| ≤ ln 2 / 2. Error below 1.1 units in the last place (tests). `constants`: the first local of them. */
function exponential(x: number, shifted: number, r: number, value: number, constants: number): Code {
  const constant = (at: number): Code => get(constants + at);
  return [
    set(r, least(largest(get(x), constant(0)), constant(1))),
    set(shifted, plus(times(get(r), constant(2)), constant(3))),
    set(value, minus(get(shifted), constant(3))),
    set(r, minus(minus(get(r), times(get(value), constant(4))), times(get(value), constant(5)))),
    set(value, constant(6)),
    SERIES.slice(1).map((_, at) => set(value, plus(times(get(value), get(r)), constant(7 + at)))),
    // i64x2.shl puts k into the exponent; i64x2.add; 0 below LOWEST by v128.and with f64x2.gt
    vector(0x4e, vector(0xce, get(value), [get(shifted), int(52), 0xfd, 0xcb, 1]), vector(0x4a, get(x), constant(0))),
  ];
}

/** K_ij = exp(u_i + v_j − κ C_ij). Parameters: C, K, u, end of u, v, end of v, κ. */
const exponentials: WasmFunction = {
  name: 'exponentials',
  parameters: 7,
  locals: [I32, ...new Array<number>(10 + CONSTANTS.length).fill(V128)],
  body: [
    CONSTANTS.map((value, at) => set(18 + at, both(value))),
    set(9, splat(0, get(6))),
    loop([
      set(8, splat(0, get(2))),
      set(7, get(4)),
      loop([
        // two independent chains
        [0, 1].map((lane) => set(10 + 4 * lane, minus(plus(get(8), load(16 * lane, get(7))), times(get(9), load(16 * lane, get(0)))))),
        [0, 1].map((lane) => memory(11, 16 * lane, get(1), exponential(10 + 4 * lane, 11 + 4 * lane, 12 + 4 * lane, 13 + 4 * lane, 18))),
        step(0, 32),
        step(1, 32),
        step(7, 32),
      ], get(7), get(5)),
      step(2, 8),
    ], get(2), get(3)),
  ],
};

/** What a pass over the matrix does with four rows at a time, while they are in a near cache. */
interface Pass {
  readonly name: string;
  /** Computes d = K β. */
  readonly dots: boolean;
  /** α = a / d. */
  readonly scale: boolean;
  /** Adds Kᵀ α to the columns. */
  readonly columns: boolean;
}

/** Locals of a pass: its parameters, then cursors: AT into four rows of K, RIGHT into β, BELOW into the columns; then vectors, four of each kind. */
const [MATRIX, ROW, BETA, BETA_END, DOTS, DOTS_END, MASS, ALPHA, OUT, AT, RIGHT, BELOW, OUT_END] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15] as const;
const [SUMS, FACTORS, VECTORS] = [16, 20, 24] as const;

/** Adds Kᵀα to 8 columns, from the four rows at AT. */
const down: Code = [0, 16, 32, 48].map((offset) => memory(11, offset, get(BELOW), [
  load(offset, get(BELOW)),
  times4((r) => [times(load(offset, get(AT + r)), get(FACTORS + r)), 0xfd, 0xf0, 1]),
]));

/**
 * Adds to the sums of the four rows at AT their products with 4 entries of β. V8 puts all loads of a turn ahead of its arithmetic, here 2 + 8 next to 4 sums:
 * with twice as many columns they exceed the 16 registers, go through memory, and the product takes 1.3 times as long.
 */
const across: Code = [
  [0, 1].map((q) => set(VECTORS + q, load(16 * q, get(RIGHT)))),
  times4((r) => set(SUMS + r, plus(get(SUMS + r), plus(times(load(0, get(AT + r)), get(VECTORS)), times(load(16, get(AT + r)), get(VECTORS + 1)))))),
];

/** d of four rows from the sums in the lanes, and α = a / d. */
function reduced(scale: boolean): Code {
  // i8x16.shuffle of two rows' sums takes the low lanes, then the high ones
  const lanes = (pair: number, high: number): Code => [
    get(SUMS + 2 * pair), get(SUMS + 2 * pair + 1), 0xfd, 13, [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i + 8 * high), [16, 17, 18, 19, 20, 21, 22, 23].map((i) => i + 8 * high),
  ];
  return [0, 1].map((pair) => [
    set(VECTORS, plus(lanes(pair, 0), lanes(pair, 1))),
    memory(11, 16 * pair, get(DOTS), get(VECTORS)),
    scale ? memory(11, 16 * pair, get(ALPHA), over(load(16 * pair, get(MASS)), largest(get(VECTORS), both(Number.MIN_VALUE)))) : [],
  ]);
}

/** Runs over the four rows at MATRIX, so many columns a turn. */
const along = (turn: Code, columns: number, cursor: number, end: number): Code => [
  set(AT, get(MATRIX)),
  [1, 2, 3].map((r) => set(AT + r, add(get(AT + r - 1), get(ROW)))),
  loop([turn, times4((r) => step(AT + r, 8 * columns)), step(cursor, 8 * columns)], get(cursor), get(end)),
];

/** Parameters: K, bytes of a row, β, end of β, d, end of d, a, α, columns. */
function pass({ name, dots, scale, columns }: Pass): WasmFunction {
  return {
    name,
    parameters: 9,
    locals: [...new Array<number>(7).fill(I32), ...new Array<number>(10).fill(V128)],
    body: [
      set(OUT_END, add(get(OUT), [get(BETA_END), get(BETA), 0x6b])),
      loop([
        dots ? [times4((r) => set(SUMS + r, both(0))), set(RIGHT, get(BETA)), along(across, 4, RIGHT, BETA_END), reduced(scale)] : [],
        columns ? [times4((r) => set(FACTORS + r, splat(8 * r, get(ALPHA)))), set(BELOW, get(OUT)), along(down, 8, BELOW, OUT_END)] : [],
        [DOTS, MASS, ALPHA].map((cursor) => step(cursor, 8 * ROWS)),
        times4(() => set(MATRIX, add(get(MATRIX), get(ROW)))),
      ], get(DOTS), get(DOTS_END)),
    ],
  };
}

/** C_ij ← Σ_k (x_ik − y_jk)², y by coordinates. Parameters: C, bytes of a row, x, end of x, y, end of y. */
const squaredDistances: WasmFunction = {
  name: 'squaredDistances',
  parameters: 6,
  locals: [I32, I32, I32, V128, V128],
  body: [
    loop([
      set(7, add(get(0), get(1))),
      set(8, get(4)),
      set(6, get(0)),
      loop([store(get(6), both(0)), step(6, 16)], get(6), get(7)),
      loop([
        set(9, splat(0, get(2))),
        set(6, get(0)),
        loop([
          set(10, minus(get(9), load(0, get(8)))),
          store(get(6), plus(load(0, get(6)), times(get(10), get(10)))),
          step(6, 16),
          step(8, 16),
        ], get(6), get(7)),
        step(2, 8),
      ], get(8), get(5)),
      set(0, get(7)),
    ], get(2), get(3)),
  ],
};

/** A pass over the matrix; all arguments are byte addresses. */
export type PassFunction = (k: number, row: number, beta: number, betaEnd: number, d: number, dEnd: number, a: number, alpha: number, columns: number) => void;

/** The functions of an instance; all arguments are byte addresses in its memory. */
export interface VectorFunctions {
  readonly m: { readonly buffer: ArrayBufferLike };
  /** K_ij = exp(u_i + v_j − κ C_ij) */
  exponentials(c: number, k: number, u: number, uEnd: number, v: number, vEnd: number, kappa: number): void;
  /** d = K β, α = a / d, columns += Kᵀ α */
  readonly sweep: PassFunction;
  /** d = K β, columns += Kᵀ α */
  readonly sums: PassFunction;
  /** d = K β */
  readonly dots: PassFunction;
  /** columns += Kᵀ α */
  readonly columns: PassFunction;
  /** C_ij = Σ_k (x_ik − y_jk)², y by coordinates */
  squaredDistances(c: number, row: number, x: number, xEnd: number, y: number, yEnd: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

function vectorModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  const functions = [
    exponentials,
    pass({ name: 'sweep', dots: true, scale: true, columns: true }),
    pass({ name: 'sums', dots: true, scale: false, columns: true }),
    pass({ name: 'dots', dots: true, scale: false, columns: false }),
    pass({ name: 'columns', dots: false, scale: false, columns: true }),
    squaredDistances,
  ];
  try {
    compiled = new WebAssembly.Module(assemble(functions, 1));
  } catch {
    compiled = null;
  }
  return compiled;
}

/** Whether vectors are used where there are any; only tests touch it. */
export const vectors: { enabled: boolean } = { enabled: true };

/** An instance with a memory of so many bytes. Null where the realm has no WebAssembly vectors, forbids them, or has not that much memory. */
export function vectorFunctions(bytes: number): VectorFunctions | null {
  const module = vectors.enabled ? vectorModule() : null;
  if (module === null) return null;
  try {
    const functions = new WebAssembly.Instance(module).exports as unknown as VectorFunctions & { m: WebAssembly.Memory };
    functions.m.grow(Math.max(0, Math.ceil(bytes / 65536) - 1));
    return functions;
  } catch {
    return null;
  }
}
