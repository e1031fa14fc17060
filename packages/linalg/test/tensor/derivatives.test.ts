import { cholesky, compile, eye, grad, hvp, jvp, lyapunovSolve, symmetricEigen, tensor, type Tensor, vmap } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { logAbsDeterminant, logDeterminant, positiveDefiniteSolve, solve, svd, symmetricInverseSqrt, symmetricSqrt } from '../../src/tensor/index.js';
import golden from '../golden/derivatives.json';
import { maxDifference, norm } from '../helpers.js';

const array = (shape: number[], phase: number, scale = 1): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => scale * Math.sin(0.7 * k + 0.11 * k * k + phase)), shape);
const unit = (n: number): Tensor => eye(n, 'float64');
const weighted = (x: Tensor, phase: number): Tensor => x.mul(array([...x.shape], phase)).sum();
const transposed = (x: Tensor): Tensor => x.transpose();
const pd = (x: Tensor): Tensor => x.matmul(x, { transposeB: true }).add(unit(x.shape[0]!).mul(3));
const diagonal = (values: number[], rows = values.length, columns = values.length): Tensor =>
  tensor(Float64Array.from({ length: rows * columns }, (_, k) => (Math.floor(k / columns) === k % columns ? values[k % columns]! : 0)), [rows, columns]);
const spectral = (u: Tensor, s: Tensor, v: Tensor): Tensor => u.mul(s).matmul(v, { transposeB: true });

function ofSvd(x: Tensor): Tensor {
  const { U, values, V } = svd(x);
  return weighted(values.pow(3), 0.1).add(weighted(U.mul(U), 0.7)).add(weighted(V.mul(V), 1.7)).add(weighted(spectral(U, values.add(1).pow(-1), V), 2.7));
}

const functions: Record<keyof typeof golden, (x: Tensor) => Tensor> = {
  cholesky: (x) => weighted(cholesky(pd(x)), 0.4),
  solve: (x) => weighted(solve(x.add(unit(4).mul(3)), x.mul(x).slice([0, 0], [4, 2])), 0.4),
  positiveDefiniteSolve: (x) => weighted(positiveDefiniteSolve(pd(x), x.slice([0, 0], [4, 2])), 0.4),
  logDeterminant: (x) => logDeterminant(pd(x)),
  logAbsDeterminant: (x) => logAbsDeterminant(x.sub(unit(4).mul(2))),
  symmetricEigen: (x) => {
    const { values, vectors } = symmetricEigen(x.add(transposed(x)).mul(0.5).add(diagonal([0, 2, 4, 6])));
    return weighted(values.exp(), 0.1).add(weighted(vectors.mul(vectors), 0.7)).add(weighted(spectral(vectors, values.tanh(), vectors), 1.7));
  },
  svd: (x) => ofSvd(x.add(diagonal([2, 4, 6, 9]))),
  'svd tall': (x) => ofSvd(x.add(diagonal([2, 4, 7], 5, 3))),
  'svd wide': (x) => ofSvd(x.add(tensor(Float64Array.from({ length: 15 }, (_, k) => (Math.floor(k / 5) === k % 5 ? [2, 4, 7][k % 5]! : 0)), [3, 5]))),
  symmetricSqrt: (x) => weighted(symmetricSqrt(pd(x)), 0.4),
  symmetricInverseSqrt: (x) => weighted(symmetricInverseSqrt(pd(x)), 0.4),
};

const shapeOf = (name: string): number[] => (name === 'svd tall' ? [5, 3] : name === 'svd wide' ? [3, 5] : [4, 4]);

describe('derivatives against PyTorch', () => {
  it.each(Object.keys(functions) as (keyof typeof golden)[])('%s: value, gradient, Hessian-vector product', (name) => {
    const f = functions[name];
    const x = array(shapeOf(name), 1, 0.6);
    const { value, gradient, hvp: product } = golden[name];
    const close = (found: ArrayLike<number>, expected: number[]): void => expect(maxDifference(found, expected) / norm(expected)).toBeLessThan(1e-11);
    close(f(x).dataSync(), [value]);
    close(grad(f)(x).dataSync(), gradient);
    close(hvp(f)(x, array(shapeOf(name), 2.5)).dataSync(), product);
    close(compile(grad(f))(x).dataSync(), gradient);
  });
});

describe('where eigenvalues meet', () => {
  // f(A) = tr √A etc. at A = 2 I: the derivatives of the scalar function, whatever the eigenvectors
  const at = unit(3).mul(2);
  const v = array([3, 3], 0.2);
  const s = v.add(transposed(v)).mul(0.5);
  const trace = (x: Tensor): Tensor => x.mul(unit(3)).sum();
  const value = (x: Tensor): number => x.dataSync()[0]!;

  it('roots keep exact second derivatives', () => {
    // D² tr √A [V, V] = f″(2) tr V²
    const squares = value(trace(s.matmul(s)));
    const quadratic = (f: (x: Tensor) => Tensor): number => value(hvp(f)(at, s).mul(s).sum());
    expect(quadratic((x) => trace(symmetricSqrt(x)))).toBeCloseTo((-1 / 4) * 2 ** -1.5 * squares, 13);
    expect(quadratic((x) => trace(symmetricInverseSqrt(x)))).toBeCloseTo((3 / 4) * 2 ** -2.5 * squares, 13);
    expect(quadratic(logAbsDeterminant)).toBeCloseTo((-1 / 4) * squares, 13);
    expect(quadratic((x) => logDeterminant(x))).toBeCloseTo((-1 / 4) * squares, 13);
    const third = (x: Tensor): Tensor => hvp((y: Tensor) => trace(symmetricSqrt(y)))(x, s).mul(s).sum();
    expect(value(jvp(third)(at, s)[1])).toBeCloseTo((3 / 8) * 2 ** -2.5 * value(trace(s.matmul(s).matmul(s))), 13);
  });

  it('eigenvalues keep exact first derivatives of their sums, and finite ones of all else', () => {
    const sum = (x: Tensor): Tensor => symmetricEigen(x).values.exp().sum();
    expect(maxDifference(grad(sum)(at).dataSync(), unit(3).mul(Math.exp(2)).dataSync())).toBeLessThan(1e-14);
    const rough = hvp((x: Tensor) => weighted(symmetricEigen(x).vectors, 0.3).add(symmetricEigen(x).values.prod()))(at, s).dataSync();
    expect(rough.every(Number.isFinite)).toBe(true);
  });
});

describe('stacks, vectors, and what does not fit', () => {
  it('work over leading axes and under vmap alike', () => {
    const stack = array([3, 4, 4], 0.5).add(unit(4).mul(4));
    for (const f of [logAbsDeterminant, (x: Tensor) => svd(x).values, (x: Tensor) => symmetricSqrt(x.matmul(x, { transposeB: true })), (x: Tensor) => solve(x, x.mul(x)), (x: Tensor) => lyapunovSolve(pdStack(x), x)]) {
      const whole = f(stack).dataSync();
      const mapped = vmap(f)(stack).dataSync();
      expect(maxDifference(whole, mapped)).toBeLessThan(1e-13);
      const one = f(stack.slice([1], [2]).reshape([4, 4])).dataSync();
      expect(maxDifference(whole.slice(one.length, 2 * one.length), one)).toBeLessThan(1e-13);
    }
  });

  const pdStack = (x: Tensor): Tensor => x.matmul(x, { transposeB: true }).add(eye(4, 'float64'));

  it('solves for a vector, and the Lyapunov equation', () => {
    const a = array([4, 4], 0.5).add(unit(4).mul(4));
    const b = array([4], 0.1);
    expect(maxDifference(a.matmul(solve(a, b).reshape([4, 1])).dataSync(), b.dataSync())).toBeLessThan(1e-14);
    const spd = pd(array([4, 4], 0.5));
    const x = lyapunovSolve(spd, a);
    expect(maxDifference(spd.matmul(x).add(x.matmul(spd)).dataSync(), a.dataSync())).toBeLessThan(1e-13);
  });

  it('decomposes with orthonormal factors, also float32', () => {
    const a = array([5, 3], 0.8);
    const { U, values, V } = svd(a);
    expect(maxDifference(spectral(U, values, V).dataSync(), a.dataSync())).toBeLessThan(1e-14);
    expect(maxDifference(U.matmul(U, { transposeA: true }).dataSync(), unit(3).dataSync())).toBeLessThan(1e-14);
    expect(svd(a.cast('float32')).values.dtype).toBe('float32');
    expect(symmetricSqrt(eye(2).mul(4)).dataSync()[0]).toBeCloseTo(2, 6);
  });

  it('gives NaN where there is no value, throws on shapes', () => {
    expect(logDeterminant(unit(2).neg()).dataSync()[0]).toBeNaN();
    expect(solve(tensor(Float64Array.of(1, 1, 1, 1), [2, 2]), unit(2)).dataSync().some(Number.isNaN)).toBe(true);
    expect(symmetricSqrt(unit(2).neg()).dataSync()[0]).toBeNaN();
    expect(() => logDeterminant(array([2, 3], 0))).toThrow('logDeterminant: a must be square matrices [..., n, n], got [2, 3]');
    expect(() => solve(unit(2), array([3], 0))).toThrow('solve: b must be [2, k] or [2], got [3]');
    expect(() => lyapunovSolve(unit(2), unit(3))).toThrow('lyapunovSolve: expected two stacks of square matrices [..., n, n], got [2, 2] and [3, 3]');
    expect(() => svd(array([3], 0))).toThrow('svd: a must be matrices [..., m, n], got [3]');
  });
});
