/** Matrix products. */
import type { Params } from '../api.js';
import { broadcastShapes, FLOATS, type Primitive, range, requireDType, showShape } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { add, alignBatch } from './elementwise.js';
import { sumTo } from './reduce.js';
import { reshape, transpose } from './shape.js';

/** Options of `matmul`. */
export interface MatmulOptions {
  /** Swap the last two axes of the left operand. */
  readonly transposeA?: boolean;
  /** Swap the last two axes of the right operand. */
  readonly transposeB?: boolean;
}

const flagsIn = (params: Params): { transposeA: boolean; transposeB: boolean } =>
  params as unknown as { transposeA: boolean; transposeB: boolean };

const matmulPrimitive: Primitive = {
  name: 'matmul',
  spec: ([a, b], params) => {
    const dtype = requireDType('matmul', [a!, b!], FLOATS);
    const { transposeA, transposeB } = flagsIn(params);
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw new RangeError(`matmul: operands must have rank 2 or more, got ${showShape(a!.shape)} and ${showShape(b!.shape)}; use dot() for vectors`);
    }
    const [ra, ca] = a!.shape.slice(-2) as [number, number];
    const [rb, cb] = b!.shape.slice(-2) as [number, number];
    const [m, k] = transposeA ? [ca, ra] : [ra, ca];
    const [kb, n] = transposeB ? [cb, rb] : [rb, cb];
    if (k !== kb) {
      throw new RangeError(`matmul: inner sizes differ: ${showShape(a!.shape)}${transposeA ? 'ᵀ' : ''} times ${showShape(b!.shape)}${transposeB ? 'ᵀ' : ''}`);
    }
    return { shape: [...broadcastShapes('matmul', [a!.shape.slice(0, -2), b!.shape.slice(0, -2)]), m, n], dtype };
  },
  jvp: ([a, b], [da, db], _, params) => {
    const left = da && matmul(da, b!, params);
    const right = db && matmul(a!, db, params);
    return left && right ? add(left, right) : (left ?? right ?? null);
  },
  transpose: (ct, [a, b], params) => {
    const { transposeA, transposeB } = flagsIn(params);
    // y = op(a) op(b): ā = op(ȳ op(b)ᵀ), b̄ = op(op(a)ᵀ ȳ)
    if (a!.value === null) {
      const other = b!.value!;
      const back = transposeA
        ? matmul(other, ct, { transposeA: transposeB, transposeB: true })
        : matmul(ct, other, { transposeB: !transposeB });
      return [sumTo(back, a!.shape), null];
    }
    const back = transposeB
      ? matmul(ct, a!.value, { transposeA: true, transposeB: transposeA })
      : matmul(a!.value, ct, { transposeA: !transposeA });
    return [null, sumTo(back, b!.shape)];
  },
  batch: (inputs, batched, params) => {
    const [a, b] = inputs as [Tensor, Tensor];
    if (!batched[1] && b.rank === 2 && a.rank === 3 && !params['transposeA']) return rowsTimes(a, b, params);
    const [left, right] = alignBatch(inputs, batched) as [Tensor, Tensor];
    return matmul(left, right, params);
  },
};

/** A stack of matrices times one matrix is one product: [s, m, k] · [k, n] as [s·m, k] · [k, n]. */
function rowsTimes(a: Tensor, b: Tensor, params: Params): Tensor {
  const [s, m, k] = a.shape as [number, number, number];
  const flat = matmul(reshape(a, [s * m, k]), b, params);
  return reshape(flat, [s, m, flat.shape[1]!]);
}

/** The operand below a swap of the last two axes, if it is one. */
function withoutSwap(x: Tensor): Tensor | null {
  if (x.node?.op !== 'transpose') return null;
  const perm = x.node.params['perm'] as number[];
  const r = perm.length;
  const swaps = r >= 2 && range(r).every((i) => perm[i] === (i === r - 1 ? r - 2 : i === r - 2 ? r - 1 : i));
  return swaps ? Tensor.traced(x.trace!, x.node.inputs[0]!) : null;
}

/**
 * Matrix product over the last two axes, [..., m, k] · [..., k, n] → [..., m, n]; leading axes broadcast.
 * @throws RangeError when ranks or inner sizes do not fit
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const left = withoutSwap(a);
  if (left !== null) return matmul(left, b, { transposeA: !transposeA, transposeB });
  const right = withoutSwap(b);
  if (right !== null) return matmul(a, right, { transposeA, transposeB: !transposeB });
  return emit(matmulPrimitive, [a, b], { transposeA, transposeB });
}

/** Matrix product in which a vector stands for a row on the left and for a column on the right; two vectors give their inner product. */
export function dot(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) throw new RangeError(`dot: operands must have rank 1 or more, got ${showShape(a.shape)} and ${showShape(b.shape)}`);
  const left = a.rank === 1 ? reshape(a, [1, a.shape[0]!]) : a;
  const right = b.rank === 1 ? reshape(b, [b.shape[0]!, 1]) : b;
  const out = matmul(left, right);
  const shape = out.shape.filter((_, i) => !(a.rank === 1 && i === out.rank - 2) && !(b.rank === 1 && i === out.rank - 1));
  return reshape(out, shape);
}

/** The last two axes swapped. */
export function swapLast(x: Tensor): Tensor {
  const r = x.rank;
  return transpose(x, [...range(r - 2), r - 1, r - 2]);
}
