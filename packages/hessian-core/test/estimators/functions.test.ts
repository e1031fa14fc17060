import { describe, expect, it } from 'vitest';
import { frobeniusNorm, functionProduct, interiorEigenpairs, logDeterminant, quadraticForm, spectralDensity, spectralNorm, spectralSum, topEigenpairs } from '../../src/index.js';
import { relativeError, spectrumOperator, vector } from '../problems.js';

const spectrum = Array.from({ length: 150 }, (_, i) => 0.5 + i / 30);
const operator = spectrumOperator(spectrum);
const indefinite = spectrumOperator([-7, ...Array.from({ length: 118 }, (_, i) => -1 + i / 59), 3]);

/** f(A) v with the known eigenvectors: the operator's own reflections around f of the eigenvalues. */
const functionOf = (values: readonly number[], f: (x: number) => number, v: Float64Array): Float64Array => spectrumOperator(values.map(f)).apply(v);
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, x, i) => s + x * b[i]!, 0);

describe('norms', () => {
  it('frobeniusNorm: within its interval, also to a tolerance', async () => {
    const truth = Math.hypot(...spectrum);
    const runs = await Promise.all(Array.from({ length: 100 }, (_, seed) => frobeniusNorm(operator, { maxProbes: 20, seed })));
    expect(runs.filter((r) => r.interval[0] <= truth && truth <= r.interval[1]).length).toBeGreaterThan(87);
    const found = await frobeniusNorm(operator, { tolerance: 0.005, maxProbes: 1000 });
    expect(found.converged).toBe(true);
    expect(Math.abs(found.estimate / truth - 1)).toBeLessThan(0.02);
    await expect(frobeniusNorm(operator, { maxProbes: 0 })).rejects.toThrow(/maxProbes/);
  });

  it('spectralNorm: the eigenvalue of largest magnitude', async () => {
    const found = await spectralNorm(indefinite, { tolerance: 1e-10 });
    expect(found.value).toBeCloseTo(7, 9);
    expect(found.eigenvalue).toBeCloseTo(-7, 9);
    expect(found.converged).toBe(true);
  });
});

describe('interiorEigenpairs', () => {
  it('finds the nearest to a target', async () => {
    const found = await interiorEigenpairs(operator, { target: 2.51, k: 3, tolerance: 1e-8 });
    const nearest = [...spectrum].sort((a, b) => Math.abs(a - 2.51) - Math.abs(b - 2.51)).slice(0, 3);
    expect(found.converged).toBe(true);
    found.values.forEach((value, i) => expect(value).toBeCloseTo(nearest[i]!, 9));
    for (const [i, v] of found.vectors.entries()) expect(relativeError(operator.apply(v), v.map((x) => x * found.values[i]!))).toBeLessThan(1e-7);
  });

  it('says when the budget is too small, and refuses nonsense', async () => {
    expect((await interiorEigenpairs(operator, { target: 2.51, k: 2, maxProducts: 60 })).converged).toBe(false);
    await expect(interiorEigenpairs(operator, { target: NaN })).rejects.toThrow(/target must be a finite number/);
    await expect(interiorEigenpairs(operator, { target: 0, k: 151 })).rejects.toThrow(/k must be at most/);
  });
});

describe('topEigenpairs', () => {
  it('by block power iteration', async () => {
    const found = await topEigenpairs(indefinite, { k: 2, which: 'LM', method: 'block-power', tolerance: 1e-8, maxProducts: 5000 });
    expect([...found.values].map((x) => Math.round(x * 1e8) / 1e8)).toEqual([-7, 3]);
    await expect(topEigenpairs(operator, { method: 'block-power' })).rejects.toThrow(/which must be LM/);
    await expect(topEigenpairs(operator, { method: 'qr' as 'lanczos' })).rejects.toThrow(/method must be lanczos, lobpcg or block-power/);
  });
});

describe('topEigenpairs by LOBPCG', () => {
  it('finds the ends of the spectrum', async () => {
    const found = await topEigenpairs(operator, { k: 3, which: 'SA', method: 'lobpcg', tolerance: 1e-9, maxProducts: 3000 });
    expect(found.converged).toBe(true);
    found.values.forEach((value, i) => expect(value).toBeCloseTo(spectrum[i]!, 9));
    await expect(topEigenpairs(operator, { method: 'lobpcg', which: 'LM' })).rejects.toThrow(/which must be LA or SA/);
  });

  it('keeps a smaller basis when told to', async () => {
    const found = await topEigenpairs(indefinite, { k: 1, which: 'SA', basisSize: 4, tolerance: 1e-9 });
    expect(found.values[0]).toBeCloseTo(-7, 9);
  });
});

describe('functions of an operator', () => {
  const v = vector(150);

  it.each([['exp', Math.exp], ['log', Math.log], ['inverse square root', (x: number) => 1 / Math.sqrt(x)]] as const)('%s: products and quadratic forms', async (_, f) => {
    const truth = functionOf(spectrum, f, v);
    const product = await functionProduct(operator, f, v, { tolerance: 1e-10 });
    expect(product.converged).toBe(true);
    expect(relativeError(product.product, truth)).toBeLessThan(1e-8);
    const form = await quadraticForm(operator, f, v, { tolerance: 1e-12 });
    expect(form.converged).toBe(true);
    expect(Math.abs(form.value / dot(v, truth) - 1)).toBeLessThan(1e-10);
    expect(form.products).toBeLessThanOrEqual(100);
  });

  it('is exact for polynomials of low degree, and for 0', async () => {
    const square = await quadraticForm(operator, (x) => x ** 2, v, { maxProducts: 2 });
    expect(Math.abs(square.value / dot(operator.apply(v), operator.apply(v)) - 1)).toBeLessThan(1e-13);
    expect(await quadraticForm(operator, Math.exp, new Float64Array(150))).toEqual({ value: 0, change: 0, converged: true, products: 0 });
    expect((await functionProduct(operator, Math.exp, new Float64Array(150))).product).toEqual(new Float64Array(150));
  });

  it('says when it has not converged, and where f is not finite', async () => {
    expect((await quadraticForm(operator, (x) => Math.sin(40 * x), v, { maxProducts: 12 })).converged).toBe(false);
    await expect(quadraticForm(indefinite, Math.log, vector(120))).rejects.toThrow(/f must be finite on the spectrum/);
  });

  it('spectralSum and logDeterminant: within their intervals', async () => {
    const truth = spectrum.reduce((s, x) => s + Math.log(x), 0);
    const runs = await Promise.all(Array.from({ length: 60 }, (_, seed) => logDeterminant(operator, { maxProbes: 12, steps: 30, seed })));
    expect(runs.filter((r) => r.interval[0] <= truth && truth <= r.interval[1]).length).toBeGreaterThan(51);
    expect(runs[0]!.quadratureChange).toBeLessThan(runs[0]!.standardError);
    const damped = await logDeterminant(operator, { damping: 2, tolerance: 0.002, maxProbes: 500 });
    expect(damped.converged).toBe(true);
    expect(Math.abs(damped.estimate / spectrum.reduce((s, x) => s + Math.log(x + 2), 0) - 1)).toBeLessThan(0.01);
    const energy = await spectralSum(operator, (x) => x, { maxProbes: 10, distribution: 'sphere' });
    expect(Math.abs(energy.estimate - spectrum.reduce((a, b) => a + b, 0))).toBeLessThan(4 * energy.standardError);
    await expect(logDeterminant(indefinite)).rejects.toThrow(/must be positive definite/);
    await expect(logDeterminant(operator, { damping: -1 })).rejects.toThrow(/damping must be a finite number of at least 0/);
  });
});

describe('spectralDensity', () => {
  it('broadens as asked, on the grid asked for', async () => {
    const lorentz = await spectralDensity(operator, { probes: 3, broadening: 'lorentzian', bandwidth: 0.05, range: [-200, 200], points: 80_001 });
    const mass = lorentz.density.reduce((s, x) => s + x, 0) * (400 / 80_000);
    // Tails beyond ±200 hold 2 · 0.05 / (200 π).
    expect(Math.abs(mass - 1)).toBeLessThan(3e-4);
    expect([lorentz.grid[0], lorentz.grid.at(-1)]).toEqual([-200, 200]);
    await expect(spectralDensity(operator, { broadening: 'box' as 'gaussian' })).rejects.toThrow(/broadening must be gaussian or lorentzian/);
    await expect(spectralDensity(operator, { range: [1, 1] })).rejects.toThrow(/range must be two finite numbers in order/);
  });
});
