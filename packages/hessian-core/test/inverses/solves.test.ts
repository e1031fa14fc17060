import { describe, expect, it } from 'vitest';
import { diagonalOperator } from '@curv/linalg';
import { fisher, gaussNewton, hessian, iterativeInverse, kfac, topEigenpairs, woodburyInverse } from '../../src/index.js';
import { netProblem, relativeError, spectrumOperator, vector } from '../problems.js';

const positive = spectrumOperator(Array.from({ length: 60 }, (_, i) => 0.1 + i ** 2 / 100));
const indefinite = spectrumOperator(Array.from({ length: 60 }, (_, i) => (i < 5 ? -1 : 1) * (0.5 + i / 10)));
const b = vector(60);

describe('iterativeInverse', () => {
  it.each(['conjugate-gradient', 'minres', 'neumann'] as const)('%s solves to the tolerance', async (method) => {
    const inverse = await iterativeInverse(positive, { method, damping: 0.5, maxIterations: 5000 });
    const x = await inverse.apply(b);
    expect(relativeError(positive.apply(x).map((y, i) => y + 0.5 * x[i]!), b)).toBeLessThan(1.1e-8);
    expect(inverse.damping).toBe(0.5);
  });

  it('minres takes indefinite matrices; conjugate gradients show a direction of negative curvature', async () => {
    const x = await (await iterativeInverse(indefinite, { method: 'minres' })).apply(b);
    expect(relativeError(indefinite.apply(x), b)).toBeLessThan(1.1e-8);
    const inverse = await iterativeInverse(indefinite);
    const found = await inverse.solve(b);
    expect(found.status).toBe('negative-curvature');
    expect(found.direction!.reduce((s, v, i) => s + v * indefinite.apply(found.direction!)[i]!, 0)).toBeLessThan(0);
    await expect(inverse.apply(b)).rejects.toThrow(/stopped \(negative-curvature\)/);
    expect(await (await iterativeInverse(indefinite, { partial: true })).apply(b)).toHaveLength(60);
  });

  it('a Neumann series that diverges says so; its step is estimated, or given', async () => {
    const found = await (await iterativeInverse(positive, { method: 'neumann', step: 1, maxIterations: 1000 })).solve(b);
    expect([found.converged, found.status]).toEqual([false, 'divergence']);
    await expect(iterativeInverse(positive, { method: 'neumann', step: -1 })).rejects.toThrow(/step must be a positive finite number/);
    const few = await (await iterativeInverse(positive, { method: 'neumann', maxIterations: 3 })).solve(b);
    expect([few.status, few.iterations]).toEqual(['max-iterations', 3]);
  });

  it('preconditioners save products', async () => {
    const problem = netProblem('float64', [5, 7]);
    const g = gaussNewton(problem);
    const rhs = vector(43);
    const damping = 1e-4;
    const plain = await (await iterativeInverse(g, { damping })).solve(rhs);
    const k = (await kfac(problem, { likelihood: 'categorical' })).inverse({ damping });
    const helped = await (await iterativeInverse(g, { damping, preconditioner: k })).solve(rhs);
    expect(plain.converged && helped.converged).toBe(true);
    expect(relativeError(helped.x, plain.x)).toBeLessThan(1e-6);
    const top = await topEigenpairs(g, { k: 8, tolerance: 1e-9 });
    const deflated = await (await iterativeInverse(g, { damping, preconditioner: woodburyInverse({ diagonal: damping, vectors: top.vectors, weights: top.values }) })).solve(rhs);
    expect(deflated.iterations).toBeLessThan(plain.iterations);
    const jacobi = await iterativeInverse(positive, { method: 'neumann', preconditioner: diagonalOperator(new Float64Array(60).fill(1 / 40)), maxIterations: 10_000 });
    expect(relativeError(positive.apply(await jacobi.apply(b)), b)).toBeLessThan(1.1e-8);
  });

  it('chooses a damping from the mean eigenvalue, and refuses nonsense', async () => {
    const inverse = await iterativeInverse(fisher(netProblem(), { likelihood: 'categorical' }), { damping: { relative: 0.1 } });
    const trace = (await kfac(netProblem(), { likelihood: 'categorical' })).trace();
    // Ten probes give the trace of the Fisher matrix to 20 %; that of KFAC is near it.
    expect(inverse.damping / ((0.1 * trace) / 43)).toBeGreaterThan(0.5);
    expect(inverse.damping / ((0.1 * trace) / 43)).toBeLessThan(2);
    await expect(iterativeInverse(positive, { damping: -1 })).rejects.toThrow(/damping must be a non-negative finite number/);
    await expect(iterativeInverse(positive, { method: 'lu' as 'minres' })).rejects.toThrow(/method must be conjugate-gradient, minres or neumann, got lu/);
    await expect((await iterativeInverse(hessian(netProblem()), { signal: AbortSignal.abort(new Error('enough')) })).apply(vector(43))).rejects.toThrow('enough');
  });
});

describe('woodburyInverse', () => {
  const vectors = [vector(12, 1), vector(12, 2), vector(12, 3)];
  const diagonal = vector(12, 4).map((x) => 0.5 + x * x);

  it.each([[undefined], [[2, -0.5, 1]]])('inverts diagonal plus low rank, weights %j', (weights) => {
    const x = vector(12, 9);
    const y = woodburyInverse({ diagonal, vectors, ...(weights && { weights }) }).apply(x) as Float64Array;
    const back = y.map((value, i) => diagonal[i]! * value + vectors.reduce((s, v, k) => s + (weights?.[k] ?? 1) * v[i]! * v.reduce((t, a, j) => t + a * y[j]!, 0), 0));
    expect(relativeError(back, x)).toBeLessThan(1e-12);
  });

  it('takes no vectors, and refuses what cannot be inverted', () => {
    expect([...(woodburyInverse({ diagonal: Float64Array.of(2, 4), vectors: [] }).apply(Float64Array.of(1, 1)) as Float64Array)]).toEqual([0.5, 0.25]);
    expect(() => woodburyInverse({ diagonal: 0, vectors })).toThrow(/diagonal must be positive and finite, got 0/);
    expect(() => woodburyInverse({ diagonal: Float64Array.of(1), vectors })).toThrow(/diagonal must have 12 elements, got 1/);
    expect(() => woodburyInverse({ diagonal: 1, vectors, weights: [1, 0, 1] })).toThrow(/weights must be 3 finite numbers other than 0/);
    expect(() => woodburyInverse({ diagonal: 1, vectors: [Float64Array.of(1, 0)], weights: [-1] })).toThrow(/singular/);
    expect(() => woodburyInverse({ diagonal: 1, vectors: [] })).toThrow(/at least one vector/);
  });
});
