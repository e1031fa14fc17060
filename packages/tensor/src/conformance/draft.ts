/** A program being written: what there is so far, and how much it may still cost. */
import type { Params, Shape } from '../api.js';
import { workOf } from '../passes/work.js';
import { sizeOf } from '../primitive.js';
import type { Random } from '../random.js';
import type { Tensor } from '../tensor.js';
import { Trace } from '../trace.js';
import { dtypeOfKind, FUNCTIONS, type Kind, type ProgramLine } from './programs.js';

/** How large the tensors of a program are. */
export interface Style {
  /** Sizes of axes, more frequent ones more than once. */
  readonly sizes: readonly number[];
  /** Most elements of a tensor. */
  readonly elements: number;
  /** Most multiply-adds of one application. */
  readonly work: number;
  /** About how many lines there are to be. */
  readonly lines: number;
}

/** Sizes about those at which the kernels of an engine change. */
const THRESHOLDS = [16, 17, 31, 32, 33, 63, 64, 65, 66, 100, 127, 128, 129, 130];
const TINY = [1, 1, 1, 2, 2, 2, 3, 3, 4, 5];
const SMALL = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Past the blocks of a matrix product, of a sum, of a line in vector memory. */
const BLOCKS = [255, 256, 257, 260, 511, 513, 516, 1025, 2049, 2051, 4100, 8193, 8200, 16_390, 16_390];

/** Writes a value of a shape and kind as the result of some function; null where that function cannot have it. */
export type Rule = (d: Draft, shape: Shape, kind: Kind) => number | null;

/** Rules with their weights. */
export type Rules = readonly (readonly [number, Rule])[];

/** Styles with their weights. */
type Styles = readonly (readonly [number, Style])[];

/** Of programs with axes that are long enough for the kernels of engines. */
export const LONG: Styles = [
  [6, { sizes: [...SMALL, ...THRESHOLDS], elements: 3000, work: 40_000, lines: 8 }],
  [0.6, { sizes: [...SMALL, ...BLOCKS], elements: 17_000, work: 200_000, lines: 6 }],
  [0.12, { sizes: [...SMALL, 257, 513], elements: 140_000, work: 600_000, lines: 1 }],
];

/** Of all programs: most are tiny, so that many functions meet in little time. */
export const STYLES: Styles = [
  [10, { sizes: TINY, elements: 300, work: 2000, lines: 16 }],
  [2, { sizes: [0, ...TINY, ...TINY], elements: 300, work: 2000, lines: 12 }],
  [4, { sizes: SMALL, elements: 1000, work: 8000, lines: 14 }],
  ...LONG,
];

const sameKind = (a: Kind, b: Kind): boolean => (typeof a === 'object' && typeof b === 'object' ? a.below === b.below : a === b);

/** Writes lines and knows what they are. */
export class Draft {
  readonly lines: ProgramLine[] = [];
  readonly style: Style;
  /** Functions that may still be applied before operands become inputs. */
  left: number;
  private readonly tensors: Tensor[] = [];
  private readonly kinds: Kind[] = [];
  private readonly trace = new Trace();

  /**
   * @param special whether inputs may hold infinities and NaN, so that functions need not stay inside their domains
   * @param rulesFor what makes values of a shape and kind
   */
  constructor(readonly random: Random, readonly special: boolean, styles: Styles, private readonly rulesFor: (shape: Shape, kind: Kind) => Rules) {
    this.style = this.weighted(styles);
    this.left = Math.ceil(this.style.lines * (0.3 + 0.9 * random.uniform()));
  }

  chance(p: number): boolean {
    return this.random.uniform() < p;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random.integer(list.length)]!;
  }

  weighted<T>(list: readonly (readonly [number, T])[]): T {
    let rest = this.random.uniform() * list.reduce((sum, [weight]) => sum + weight, 0);
    return (list.find(([weight]) => (rest -= weight) < 0) ?? list[list.length - 1]!)[1];
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  /** A size of an axis, of a tensor whose other axes have `others` elements. */
  size(others = 1, least = 0): number {
    const room = this.style.elements / Math.max(1, others);
    const fitting = this.style.sizes.filter((n) => n >= least && n <= room);
    return fitting.length === 0 ? Math.max(1, least) : this.pick(fitting);
  }

  shape(rank: number): number[] {
    const shape: number[] = [];
    // In any order, so that it is not always the last axis that is left with little room.
    for (const axis of this.random.permutation(rank)) shape[axis] = this.size(sizeOf(shape.filter((n) => n !== undefined)));
    return shape;
  }

  input(shape: Shape, kind: Kind): number {
    const line = { op: 'input', args: [], params: { shape: [...shape], kind, name: this.lines.length } };
    return this.push(line, this.trace.input({ shape, dtype: dtypeOfKind(kind, 'float64') }), kind);
  }

  /** A value of a shape and kind: an earlier one, the result of a function, or an input; null where it would be too large. */
  write(shape: Shape, kind: Kind): number | null {
    if (sizeOf(shape) > this.style.elements) return null;
    const known = this.chance(0.3) ? this.known(shape, kind) : null;
    if (known !== null) return known;
    if (this.left > 0) {
      this.left--;
      for (let attempt = 0; attempt < 8; attempt++) {
        const result = this.weighted(this.rulesFor(shape, kind))(this, shape, kind);
        if (result !== null) return result;
      }
    }
    return this.input(shape, kind);
  }

  /** An earlier value of such a shape and kind. */
  known(shape: Shape, kind: Kind): number | null {
    const found = this.tensors.flatMap((t, i) => (sameKind(this.kinds[i]!, kind) && String(t.shape) === String(shape) ? [i] : []));
    return found.length === 0 ? null : this.pick(found);
  }

  /** Writes an application; null where it would cost too much, or its operands do not fit. */
  apply(op: string, args: readonly (number | null)[], params: Params = {}, kind: Kind = 'float'): number | null {
    if (args.some((i) => i === null)) return null;
    const operands = args as readonly number[];
    const before = this.trace.nodes.length;
    const value = this.attempt(op, operands, params);
    const { elements, work } = this.style;
    if (value === null || value.size > elements) return null;
    const nodes = this.trace.nodes.slice(before);
    if (workOf({ nodes, inputs: [], outputs: [] }) > work || nodes.some((node) => sizeOf(node.shape) > 4 * elements)) return null;
    return this.push({ op, args: operands, params }, value, kind);
  }

  private attempt(op: string, args: readonly number[], params: Params): Tensor | null {
    try {
      return this.trace.run(() => FUNCTIONS[op]!(args.map((i) => this.tensors[i]!), params, 'float64'));
    } catch (cause) {
      if (cause instanceof RangeError) return null;
      throw cause;
    }
  }

  private push(line: ProgramLine, tensor: Tensor, kind: Kind): number {
    this.lines.push(line);
    this.tensors.push(tensor);
    this.kinds.push(kind);
    return this.lines.length - 1;
  }
}
