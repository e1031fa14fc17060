/** Small problems with dense references. */
import { hessian as denseHessian, random, softmaxCrossEntropy, type Tensor, tensor, type Tree } from '@curv/tensor';
import type { Batch, Problem } from '../src/index.js';

interface Data {
  readonly x: Tensor;
  readonly y: Tensor;
}

const CLASSES = 3;
const INPUTS = 4;
const HIDDEN = 5;

/** A tanh net with a softmax cross-entropy on 12 examples: 43 parameters. */
export function netProblem(dtype: 'float32' | 'float64' = 'float64', sizes: readonly number[] = [12], reduction: 'mean' | 'sum' = 'mean'): Problem {
  const stream = random(7);
  const draw = (shape: number[], scale: number): Tensor => stream.tensor('normal', shape, dtype).mul(scale);
  const params = {
    hidden: { kernel: draw([INPUTS, HIDDEN], 0.6), bias: draw([HIDDEN], 0.3) },
    out: { kernel: draw([HIDDEN, CLASSES], 0.6), bias: draw([CLASSES], 0.3) },
  };
  const n = sizes.reduce((a, b) => a + b, 0);
  const inputs = stream.tensor('normal', [n, INPUTS], dtype);
  const labels = tensor(Int32Array.from({ length: n }, (_, i) => (i * 7) % CLASSES), [n]);
  let at = 0;
  const batches = sizes.map((size): Batch => {
    const from = at;
    at += size;
    return { size, data: { x: inputs.slice([from], [at]), y: labels.slice([from], [at]) } as unknown as Tree<Tensor> };
  });
  const model = (p: typeof params, { x }: Data): Tensor => x.matmul(p.hidden.kernel).add(p.hidden.bias).tanh().matmul(p.out.kernel).add(p.out.bias);
  const outputLoss = (z: Tensor, { y }: Data): Tensor => softmaxCrossEntropy(z, y, { reduction });
  return { params, batches, reduction, model, outputLoss };
}

/** The dense Hessian [d, d] of a problem of one batch. */
export function dense(problem: Problem): Float64Array {
  const { model, outputLoss, batches } = problem;
  const f = (p: unknown): Tensor => outputLoss!(model!(p, batches[0]!.data), batches[0]!.data) as Tensor;
  return denseHessian(f)(problem.params).dataSync() as Float64Array;
}

export function multiply(matrix: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  return v.map((_, i) => v.reduce((sum, x, j) => sum + matrix[i * n + j]! * x, 0));
}

export const vector = (n: number, seed = 1): Float64Array => {
  const stream = random(seed);
  return new Float64Array(n).map(() => stream.normal());
};

export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < b.length; i++) {
    top += (a[i]! - b[i]!) ** 2;
    bottom += b[i]! ** 2;
  }
  return a.length === b.length ? Math.sqrt(top / bottom) : Infinity;
}

/** A symmetric matrix with given eigenvalues as an operator: reflections around random vectors make its eigenvectors. */
export function spectrumOperator(eigenvalues: readonly number[], seed = 3): { shape: [number, number]; dtype: 'float64'; structure: { symmetric: true }; apply(v: Float64Array): Float64Array; matrix: Float64Array } {
  const n = eigenvalues.length;
  const axes = [1, 2, 3].map((k) => unit(vector(n, seed * 10 + k)));
  const reflect = (v: Float64Array, w: Float64Array): Float64Array => {
    const c = 2 * v.reduce((s, x, i) => s + x * w[i]!, 0);
    return v.map((x, i) => x - c * w[i]!);
  };
  const apply = (v: Float64Array): Float64Array => {
    const inside = axes.reduce(reflect, v).map((x, i) => x * eigenvalues[i]!);
    return [...axes].reverse().reduce(reflect, inside);
  };
  const matrix = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const e = new Float64Array(n);
    e[j] = 1;
    apply(e).forEach((x, i) => (matrix[i * n + j] = x));
  }
  return { shape: [n, n], dtype: 'float64', structure: { symmetric: true }, apply, matrix };
}

function unit(v: Float64Array): Float64Array {
  const size = Math.sqrt(v.reduce((s, x) => s + x * x, 0));
  return v.map((x) => x / size);
}
