import { describe, expect, it } from 'vitest';
import {
  cholesky,
  conjugateGradient,
  denseOperator,
  diagonalOperator,
  identityOperator,
  type LinearOperator,
  lu,
  matmul,
  matrix,
  matvec,
  minres,
  randomStream,
  shiftOperator,
  transpose,
} from '../../src/index.js';
import {
  columnOf,
  counted,
  diagonal,
  geometric,
  later,
  maxDifference,
  norm,
  randomOrthogonal,
  symmetrized,
  withSpectrum,
} from '../helpers.js';

const n = 80;
const b = randomStream(1).vector(n);
const spd = withSpectrum(geometric(1, 100, n), 2);
const operator = denseOperator(spd, { symmetric: true, positiveDefinite: true });
const indefinite = withSpectrum(
  Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i / 4)),
  3,
);

const residualOf = (a: ReturnType<typeof withSpectrum>, x: Float64Array, right: Float64Array = b): number =>
  norm(matvec(a, x).map((y, i) => right[i]! - y));

describe('conjugateGradient', () => {
  it.each([1, 10, 1e3, 1e6])('solves to tolerance at condition %f, with the residual it claims', async (condition) => {
    const a = withSpectrum(geometric(1, condition, n), 4);
    const result = await conjugateGradient(denseOperator(a), b, { tolerance: 1e-10, maxIterations: 5000 });
    expect(result.status).toBe('converged');
    expect(result.residual).toBeLessThanOrEqual(1e-10 * norm(b));
    expect(Math.abs(residualOf(a, result.x) - result.residual)).toBeLessThan(1e-14 * condition);
    // measured 6e-11: a residual of 1e-10 ‖b‖ over the least eigenvalue, 1
    expect(maxDifference(result.x, cholesky(a).solve(b))).toBeLessThan(1e-9);
  });

  it('ends in as many products as there are distinct eigenvalues, and one to check', async () => {
    const a = withSpectrum(
      Float64Array.from({ length: n }, (_, i) => [1, 3, 10][i % 3]!),
      5,
    );
    expect((await conjugateGradient(denseOperator(a), b, { tolerance: 1e-12 })).iterations).toBe(4);
    const exact = await conjugateGradient(operator, b, { x0: cholesky(spd).solve(b) });
    expect([exact.converged, exact.iterations]).toEqual([true, 1]);
  });

  it('goes faster with a preconditioner, to the same solution', async () => {
    const d = geometric(1, 1e6, n);
    const a = symmetrized(
      matrix(
        n,
        n,
        diagonal(d).data.map((x, k) => x + 0.1 * Math.sqrt(d[Math.floor(k / n)]! * d[k % n]!) * (k % n === Math.floor(k / n) ? 0 : 1 / n)),
      ),
    );
    const plain = await conjugateGradient(denseOperator(a), b, { maxIterations: 2000 });
    const helped = await conjugateGradient(denseOperator(a), b, { preconditioner: diagonalOperator(d.map((x) => 1 / x)) });
    expect([plain.converged, helped.converged]).toEqual([true, true]);
    expect(helped.iterations).toBeLessThan(plain.iterations / 5);
    expect(maxDifference(helped.x, lu(a).solve(b))).toBeLessThan(1e-12);
  });

  it('reports negative curvature with its direction', async () => {
    const result = await conjugateGradient(denseOperator(indefinite), b);
    expect([result.status, result.converged]).toEqual(['negative-curvature', false]);
    const p = result.direction!;
    expect(Math.abs(norm(p) - 1)).toBeLessThan(1e-14);
    const quotient = matvec(indefinite, p).reduce((s, y, i) => s + y * p[i]!, 0);
    expect(quotient).toBeLessThan(0);
    expect(Math.abs(quotient - result.curvature!)).toBeLessThan(1e-13);
    expect(Math.abs(residualOf(indefinite, result.x) - result.residual)).toBeLessThan(1e-11);
  });

  it('takes a direction of zero curvature for the same', async () => {
    const zero = await conjugateGradient(diagonalOperator(new Float64Array(3)), new Float64Array([1, 2, 2]));
    expect([zero.status, zero.curvature, ...zero.x]).toEqual(['negative-curvature', 0, 0, 0, 0]);
    const consistent = await conjugateGradient(diagonalOperator(new Float64Array([2, 0, 4])), new Float64Array([2, 0, 8]));
    expect([consistent.converged, maxDifference(consistent.x, [1, 0, 2]) < 1e-15]).toEqual([true, true]);
  });

  it('says so where precision ends', async () => {
    const hard = denseOperator(withSpectrum(geometric(1e-12, 1, n), 6));
    const result = await conjugateGradient(hard, b, { tolerance: 1e-15, maxIterations: 20_000 });
    expect(['stagnation', 'max-iterations', 'negative-curvature']).toContain(result.status);
    expect(result.converged).toBe(false);
    const single: LinearOperator = { shape: [n, n], dtype: 'float32', apply: (v) => Float64Array.from(Float32Array.from(matvec(spd, v))) };
    expect((await conjugateGradient(single, b)).converged).toBe(true);
    const greedy = await conjugateGradient(single, b, { tolerance: 1e-13, maxIterations: 5000 });
    expect([greedy.converged, greedy.status]).toEqual([false, 'stagnation']);
    // the updated residual fell below the target: only the true one shows the truth
    expect(greedy.residual).toBeGreaterThan(1e-13 * norm(b));
  });

  it('gives what it has when products run out', async () => {
    const result = await conjugateGradient(operator, b, { maxIterations: 3 });
    expect([result.status, result.iterations]).toEqual(['max-iterations', 4]);
    expect(Math.abs(residualOf(spd, result.x) - result.residual)).toBeLessThan(1e-12);
  });

  it('does not depend on the basis', async () => {
    const q = randomOrthogonal(n, 7);
    const turned = denseOperator(symmetrized(matmul(matmul(transpose(q), spd), q)));
    const plain = await conjugateGradient(operator, b, { tolerance: 1e-12 });
    const other = await conjugateGradient(turned, matvec(transpose(q), b), { tolerance: 1e-12 });
    expect(maxDifference(matvec(q, other.x), plain.x)).toBeLessThan(1e-11);
  });

  it('handles zero right-hand sides and dimension 0', async () => {
    const zero = await conjugateGradient(operator, new Float64Array(n));
    expect([zero.converged, zero.iterations, norm(zero.x)]).toEqual([true, 0, 0]);
    expect((await conjugateGradient(identityOperator(0), new Float64Array(0))).converged).toBe(true);
    expect(maxDifference((await conjugateGradient(identityOperator(1), new Float64Array([3]))).x, [3])).toBe(0);
  });

  it('waits for operators, reports, repeats itself, stops by a signal', async () => {
    const plain = await conjugateGradient(operator, b);
    expect(await conjugateGradient(later(operator), b)).toEqual(plain);
    const counting = counted(operator);
    const seen: number[] = [];
    const result = await conjugateGradient(counting, b, { onProgress: ({ iteration }) => seen.push(iteration) });
    expect(counting.calls()).toBe(result.iterations);
    expect(seen.length).toBe(result.iterations - 1);
    const controller = new AbortController();
    const run = conjugateGradient(later(operator), b, {
      signal: controller.signal,
      onProgress: ({ iteration }) => iteration === 2 && controller.abort('two'),
    });
    await expect(run).rejects.toBe('two');
  });

  it('refuses wrong arguments', async () => {
    await expect(conjugateGradient(operator, new Float64Array(3))).rejects.toThrow('conjugateGradient: b must have 80 elements, got 3');
    await expect(conjugateGradient(operator, b, { x0: new Float64Array(n).fill(NaN) })).rejects.toThrow('x0 must be finite');
    await expect(conjugateGradient(operator, b, { tolerance: NaN })).rejects.toThrow(RangeError);
    await expect(conjugateGradient(operator, b, { preconditioner: identityOperator(3) })).rejects.toThrow(
      'preconditioner must have shape [80, 80]',
    );
    await expect(conjugateGradient(operator, b, { preconditioner: diagonalOperator(new Float64Array(n).fill(-1)) })).rejects.toThrow(
      'preconditioner must be positive definite',
    );
    await expect(conjugateGradient({ ...operator, apply: (v) => v.map(() => NaN) }, b)).rejects.toThrow(
      'operator returned NaN at element 0 in iteration 1',
    );
    await expect(conjugateGradient({ ...operator, structure: { symmetric: false } }, b)).rejects.toThrow(TypeError);
  });
});

describe('minres', () => {
  it.each([1, 10, 1e3, 1e5])('solves indefinite systems at condition %f', async (condition) => {
    const a = withSpectrum(
      geometric(1, condition, n).map((x, i) => (i % 2 === 0 ? x : -x)),
      8,
    );
    const result = await minres(denseOperator(a), b, { tolerance: 1e-10, maxIterations: 8000 });
    expect([result.status, result.converged]).toEqual(['converged', true]);
    expect(result.residual).toBeLessThanOrEqual(1e-10 * norm(b));
    expect(Math.abs(residualOf(a, result.x) - result.residual)).toBeLessThan(1e-13 * condition);
    expect(maxDifference(result.x, lu(a).solve(b))).toBeLessThan(1e-10);
  });

  it('lowers the residual with every product, and ends with the distinct eigenvalues', async () => {
    const residuals: number[] = [];
    await minres(denseOperator(indefinite), b, { onProgress: ({ residual }) => residuals.push(residual) });
    residuals.forEach((r, i) => expect(r).toBeLessThanOrEqual(i === 0 ? norm(b) : residuals[i - 1]!));
    const few = withSpectrum(
      Float64Array.from({ length: n }, (_, i) => [1, -3, 10][i % 3]!),
      9,
    );
    const result = await minres(denseOperator(few), b, { tolerance: 1e-12 });
    expect([result.converged, result.iterations]).toEqual([true, 4]);
  });

  it('is the least residual over the Krylov space', async () => {
    const steps = 6;
    const { x } = await minres(denseOperator(indefinite), b, { maxIterations: steps + 1, tolerance: 0 });
    // the residual is orthogonal to A times the space {b, A b, …}
    const r = matvec(indefinite, x).map((y, i) => b[i]! - y);
    let v = matvec(indefinite, b);
    for (let j = 0; j < steps; j++) {
      const cosine = v.reduce((s, y, i) => s + y * r[i]!, 0) / norm(v) / norm(r);
      expect(Math.abs(cosine)).toBeLessThan(1e-11);
      v = matvec(indefinite, v);
    }
  });

  it('applies a shift', async () => {
    const shift = 3.3;
    const shifted = shiftOperator(denseOperator(indefinite), -shift);
    const one = await minres(denseOperator(indefinite), b, { shift, tolerance: 1e-12, maxIterations: 2000 });
    const two = await minres(shifted, b, { tolerance: 1e-12, maxIterations: 2000 });
    expect([one.converged, two.converged]).toEqual([true, true]);
    expect(maxDifference(one.x, two.x)).toBeLessThan(1e-12);
  });

  it('goes faster with a positive definite preconditioner', async () => {
    const d = geometric(1, 1e5, n).map((x, i) => (i % 2 === 0 ? x : -x));
    const a = symmetrized(
      matrix(
        n,
        n,
        diagonal(d).data.map((x, k) => x + (0.2 / n) * Math.sqrt(Math.abs(d[Math.floor(k / n)]! * d[k % n]!))),
      ),
    );
    const plain = await minres(denseOperator(a), b, { maxIterations: 4000 });
    const helped = await minres(denseOperator(a), b, { preconditioner: diagonalOperator(d.map((x) => 1 / Math.abs(x))) });
    expect([plain.converged, helped.converged]).toEqual([true, true]);
    expect(helped.iterations).toBeLessThan(plain.iterations / 3);
    expect(maxDifference(helped.x, lu(a).solve(b))).toBeLessThan(1e-12);
  });

  it('solves singular systems: the solution of least norm where b is in the range, least squares where not', async () => {
    const values = Float64Array.from({ length: n }, (_, i) => (i < 5 ? 0 : (i % 2 === 0 ? 1 : -1) * (1 + i / 10)));
    const a = withSpectrum(values, 10);
    const inRange = matvec(a, b);
    const consistent = await minres(denseOperator(a), inRange);
    expect([consistent.status, consistent.residual <= 1e-10 * norm(inRange)]).toEqual(['converged', true]);
    const kernel = Array.from({ length: 5 }, (_, j) => columnOf(randomOrthogonal(n, 10), j));
    for (const q of kernel) expect(Math.abs(q.reduce((s, y, i) => s + y * consistent.x[i]!, 0))).toBeLessThan(1e-12);
    const apart = await minres(denseOperator(a), b);
    expect([apart.status, apart.converged]).toEqual(['least-squares', false]);
    const r = matvec(a, apart.x).map((y, i) => b[i]! - y);
    // measured 2e-8: where rounding turns the iteration around, at about √(2⁻⁵²)
    expect(norm(matvec(a, r)) / norm(r)).toBeLessThan(1e-6);
    expect(norm(apart.x)).toBeLessThan(10);
    expect(Math.abs(norm(r) - norm(kernel.map((q) => q.reduce((s, y, i) => s + y * b[i]!, 0))))).toBeLessThan(1e-10);
  });

  it('handles the zero operator, zero right-hand sides, and dimensions 0 and 1', async () => {
    const zero = await minres(diagonalOperator(new Float64Array(3)), new Float64Array([1, 2, 2]));
    expect([zero.status, zero.residual, norm(zero.x)]).toEqual(['least-squares', 3, 0]);
    expect((await minres(operator, new Float64Array(n))).iterations).toBe(0);
    expect((await minres(identityOperator(0), new Float64Array(0))).converged).toBe(true);
    expect(Array.from((await minres(diagonalOperator(new Float64Array([-2])), new Float64Array([3]))).x)).toEqual([-1.5]);
    expect(maxDifference((await minres(identityOperator(4), new Float64Array([1, 2, 3, 4]))).x, [1, 2, 3, 4])).toBeLessThan(1e-15);
  });

  it('starts from x0, gives what it has when products run out, says where precision ends', async () => {
    const solution = lu(indefinite).solve(b);
    const near = await minres(denseOperator(indefinite), b, { x0: solution });
    expect([near.converged, near.iterations]).toEqual([true, 1]);
    const short = await minres(denseOperator(indefinite), b, { maxIterations: 5 });
    expect([short.status, short.iterations]).toEqual(['max-iterations', 5]);
    expect(Math.abs(residualOf(indefinite, short.x) - short.residual)).toBeLessThan(1e-12);
    const single: LinearOperator = {
      shape: [n, n],
      dtype: 'float32',
      apply: (v) => Float64Array.from(Float32Array.from(matvec(indefinite, v))),
    };
    expect((await minres(single, b)).converged).toBe(true);
    const greedy = await minres(single, b, { tolerance: 1e-13, maxIterations: 5000 });
    expect(greedy.converged).toBe(false);
    expect(Math.abs(norm((single.apply(greedy.x) as Float64Array).map((y, i) => b[i]! - y)) - greedy.residual)).toBeLessThan(1e-12);
  });

  it('waits for operators, repeats itself, stops by a signal', async () => {
    const plain = await minres(denseOperator(indefinite), b);
    expect(await minres(later(denseOperator(indefinite)), b)).toEqual(plain);
    const counting = counted(denseOperator(indefinite));
    expect((await minres(counting, b)).iterations).toBe(counting.calls());
    const controller = new AbortController();
    const run = minres(later(operator), b, {
      signal: controller.signal,
      onProgress: ({ iteration }) => iteration === 2 && controller.abort('two'),
    });
    await expect(run).rejects.toBe('two');
  });

  it('refuses wrong arguments', async () => {
    await expect(minres(operator, b, { shift: NaN })).rejects.toThrow('minres: shift must be finite, got NaN');
    await expect(minres(operator, new Float64Array(3))).rejects.toThrow('minres: b must have 80 elements, got 3');
    await expect(minres(operator, b, { preconditioner: diagonalOperator(new Float64Array(n).fill(-1)) })).rejects.toThrow(
      'preconditioner must be positive definite',
    );
    await expect(minres({ ...operator, apply: (v) => v.map((x, i) => (i === 2 ? NaN : x)) }, b)).rejects.toThrow(
      'minres: operator returned NaN at element 2 in iteration 1',
    );
  });
});
