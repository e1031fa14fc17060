/**
 * Source text for loops. Sizes, strides, offsets and most constants are arguments, so that one text serves every loop of a form; element
 * types are part of the text, so that each compiled function sees one kind of array only.
 */
import type { TypedArray } from '../../api.js';
import { HELPERS } from './elementwise.js';
import type { Formula } from './elementwise.js';
import type { Loop, Reduction, Slots, Step } from './loop.js';
import { INITIAL } from './loop.js';
import type { Access, Nest } from './nest.js';
import { lastMoving, nestOf } from './nest.js';

type Kernel = (
  slots: Slots, at: readonly number[], numbers: readonly number[], helpers: typeof HELPERS, pair: Float64Array, sums: TypedArray | null,
) => void;

const kernels = new Map<string, Kernel>();

/** The table of two. */
const PAIR = new Float64Array(2);

/** Elements summed one after the other before they join the total: keeps the rounding error of long sums small. */
const BLOCK = 2048;
/** Larger bodies are not repeated. */
const UNROLL_UP_TO = 12;
const TILE = 32;

/** Text and arguments of one kernel. */
class Source {
  readonly slots: number[] = [];
  readonly numbers: number[] = [];
  private head = '';

  array(slot: number): string {
    let i = this.slots.indexOf(slot);
    if (i < 0) i = this.slots.push(slot) - 1;
    return `a${i}`;
  }

  int(value: number): string {
    if (value === 0 || value === 1) return String(value);
    this.head += `,n${this.numbers.length}=N[${this.numbers.length}]|0`;
    return `n${this.numbers.push(value) - 1}`;
  }

  real(value: number): string {
    if (Number.isInteger(value) && Math.abs(value) <= 2 && !Object.is(value, -0)) return value < 0 ? `(${value})` : String(value);
    this.head += `,n${this.numbers.length}=N[${this.numbers.length}]`;
    return `n${this.numbers.push(value) - 1}`;
  }

  /** Address over the loops outside of `level`. */
  address({ offset, strides }: Access, level: number): string {
    const terms = offset === 0 ? [] : [this.int(offset)];
    for (let i = 0; i < level; i++) {
      if (strides[i] === 1) terms.push(`i${i}`);
      else if (strides[i] !== 0) terms.push(`Math.imul(i${i},${this.int(strides[i]!)})`);
    }
    return terms.join('+') || '0';
  }

  text(body: string, dtypes: string): string {
    const arrays = this.slots.map((_, i) => `,a${i}=S[I[${i}]]`).join('');
    return `/*${dtypes}*/let _=0${arrays}${this.head};${body}`;
  }
}

const apply = (formula: Formula, args: readonly string[]): string =>
  formula.text.replace(/\b[abc]\b/g, (name) => args[name.charCodeAt(0) - 97]!);

const combine = (reduce: Reduction, a: string, b: string): string =>
  reduce === 'reduceSum' ? `${a}+${b}` : `Math.${reduce === 'reduceMax' ? 'max' : 'min'}(${a},${b})`;

/** The statements of a nest, by the loop that they stand in. */
class Body {
  /** `at[d]` stands inside d loops. */
  readonly at: string[];
  readonly names: string[] = [];
  private readonly levels: number[] = [];
  private readonly depth: number;
  private readonly source: Source;

  constructor(source: Source, loop: Loop, nest: Nest) {
    this.source = source;
    this.depth = nest.sizes.length;
    this.at = ['', ...nest.sizes.map(() => '')];
    loop.values.forEach((value, k) => {
      if (value.kind === 'const') return void this.push(0, source.real(value.value));
      if (value.kind !== 'op') {
        const access = nest.accesses[k]!;
        const level = this.levelOf(access, nest.tiled);
        const address = this.pointer(access, level, `p${k}`);
        return void this.define(k, level, value.kind === 'iota' ? address : `${source.array(value.slot)}[${address}]`);
      }
      const level = Math.max(0, ...value.args.map((a) => this.levels[a]!));
      let args = value.args.map((a) => this.names[a]!);
      if (value.formula.jumps) args = args.map((a, i) => (loop.values[value.args[i]!]!.kind === 'op' ? `Math.fround(${a})` : a));
      this.define(k, level, apply(value.formula, args));
    });
  }

  /** Text of the address of an access inside `level` loops; what the innermost loop does not change is computed before it. */
  pointer(access: Access, level: number, name: string): string {
    if (level < this.depth || level === 0) return this.source.address(access, level);
    const base = this.source.address(access, level - 1);
    const stride = access.strides[level - 1]!;
    const step = stride === 0 ? '0' : stride === 1 ? `i${level - 1}` : `Math.imul(i${level - 1},${this.source.int(stride)})`;
    if (base === '0') return step;
    this.at[level - 1] += `const ${name}=${base};`;
    return `${name}+${step}`;
  }

  /** Number of loops around the innermost one that an access depends on. */
  private levelOf(access: Access, tiled: boolean): number {
    const level = lastMoving(access);
    return tiled && level > 0 && level > this.depth - 2 ? this.depth : level;
  }

  private define(k: number, level: number, text: string): void {
    this.at[level] += `const v${k}=${text};`;
    this.push(level, `v${k}`);
  }

  private push(level: number, name: string): void {
    this.levels.push(level);
    this.names.push(name);
  }
}

/** Compiles a loop by writing its source. */
export function generate(loop: Loop): Step {
  const nest = nestOf(loop);
  const source = new Source();
  const body = new Body(source, loop, nest);
  const { reduce, out } = loop;
  const result = body.names[body.names.length - 1]!;
  let sums: Float64Array | null = null;
  let text: string;
  if (reduce === null) {
    const target = body.pointer(nest.out, nest.sizes.length, 'q');
    body.at[nest.sizes.length] += `${source.array(out.slot)}[${target}]=${result};`;
    text = wrap(nest, body.at, [], source);
  } else {
    const inner = trailing(nest);
    const inMemory = nest.out.strides.slice(0, nest.sizes.length - inner).includes(0) || inner === 0;
    if (inMemory && out.dtype !== 'float64') sums = new Float64Array(out.size);
    text = reduction(loop, nest, body, source, inner, inMemory, sums === null ? source.array(out.slot) : 'X');
    if (inMemory) return initialized(kernelOf(source, text, loop), source, loop, sums);
  }
  const kernel = kernelOf(source, text, loop);
  const { slots, numbers } = source;
  return (arrays) => kernel(arrays, slots, numbers, HELPERS, PAIR, null);
}

function initialized(kernel: Kernel, { slots, numbers }: Source, { reduce, out }: Loop, sums: Float64Array | null): Step {
  const initial = INITIAL[reduce!];
  return (arrays) => {
    (sums ?? arrays[out.slot]!).fill(initial);
    kernel(arrays, slots, numbers, HELPERS, PAIR, sums);
    if (sums !== null) arrays[out.slot]!.set(sums);
  };
}

/** Number of innermost loops that are reduced away. */
function trailing(nest: Nest): number {
  return nest.sizes.length - lastMoving(nest.out);
}

/** Accumulates in registers over the innermost reduced loops, in memory over the others. */
function reduction(loop: Loop, nest: Nest, body: Body, source: Source, inner: number, inMemory: boolean, target: string): string {
  const reduce = loop.reduce!;
  const depth = nest.sizes.length;
  const result = body.names[body.names.length - 1]!;
  const outside = depth - inner;
  const place = `${target}[${body.pointer(nest.out, outside, 'q')}]`;
  if (inner === 0) {
    body.at[depth] += depth === 0 ? `${place}=${result};` : `${place}=${combine(reduce, place, result)};`;
    return wrap(nest, body.at, [], source);
  }
  const initial = reduce === 'reduceSum' ? '0' : String(INITIAL[reduce]);
  const after: string[] = [];
  body.at[outside] += `let s=${initial};`;
  after[outside] = `${place}=${inMemory ? combine(reduce, place, 's') : 's'};`;
  const lanes = loop.values.length <= UNROLL_UP_TO ? 4 : 1;
  const lane = (l: number): string => `{const i${depth - 1}=j+${l};${body.at[depth]}s${l}=${combine(reduce, `s${l}`, result)}}`;
  const each = Array.from({ length: lanes }, (_, l) => lane(l)).join('');
  const names = Array.from({ length: lanes }, (_, l) => `s${l}`);
  const total = names.reduce((sum, name) => combine(reduce, sum, name), 's');
  const n = source.int(nest.sizes[depth - 1]!);
  const innermost =
    `for(let b=0;b<${n};b+=${BLOCK}){const e=Math.min(b+${BLOCK},${n});let j=b,${names.map((s) => `${s}=${initial}`).join(',')};` +
    `for(;j<e-${lanes - 1};j+=${lanes})${lanes === 1 ? each : `{${each}}`}for(;j<e;j++)${lane(0)}s=${total}}`;
  return wrap(nest, body.at, after, source, innermost);
}

/** Puts the loops around the statements. */
function wrap(nest: Nest, at: readonly string[], after: readonly string[], source: Source, innermost?: string): string {
  const depth = nest.sizes.length;
  const loop = (d: number, n: string, inside: string): string => `for(let i${d}=0;i${d}<${n};i${d}++){${inside}}`;
  let text = innermost === undefined || depth === 0 ? at[depth]! : innermost;
  for (let d = innermost === undefined ? depth - 1 : depth - 2; d >= -1; d--) {
    if (d < depth - 1) text = at[d + 1]! + text + (after[d + 1] ?? '');
    if (d < 0) break;
    const n = source.int(nest.sizes[d]!);
    if (!nest.tiled || d < depth - 2) text = loop(d, n, text);
    else {
      text = `for(let i${d}=t${d};i${d}<e${d};i${d}++){${text}}`;
      if (d === depth - 2) text = tiles(d, n, tiles(d + 1, source.int(nest.sizes[d + 1]!), text));
    }
  }
  return text;
}

const tiles = (d: number, n: string, inside: string): string =>
  `for(let t${d}=0;t${d}<${n};t${d}+=${TILE}){const e${d}=Math.min(t${d}+${TILE},${n});${inside}}`;

function kernelOf(source: Source, body: string, loop: Loop): Kernel {
  const dtypes = new Map(loop.values.map((value) => (value.kind === 'load' ? [value.slot, value.dtype] : [-1, ''])));
  dtypes.set(loop.out.slot, loop.out.dtype);
  const text = source.text(body, source.slots.map((slot) => dtypes.get(slot)!).join());
  let kernel = kernels.get(text);
  if (kernel === undefined) kernels.set(text, (kernel = new Function('S', 'I', 'N', 'F', 'T', 'X', text) as Kernel));
  return kernel;
}

/** The number of compiled kernels, for tests. */
export const kernelCount = (): number => kernels.size;
