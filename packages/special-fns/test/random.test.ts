import { randomStream } from '@curv/linalg';
import { describe, expect, it } from 'vitest';
import {
  gamma, gammaP, halton, incompleteBeta, latinHypercube, normalCdf, sampleBeta, sampleGamma, sampleGeneralizedGaussian, sampleNormal, sampleStudentT, sobol, type UniformSource,
} from '../src/index.js';
import { golden } from './golden.js';

const N = 40_000;

/** √n times the largest distance of the empirical from the true distribution function; above 1.95 once in 1000 (Kolmogorov). */
function kolmogorov(draw: () => number, cdf: (x: number) => number): number {
  const x = Float64Array.from({ length: N }, draw).sort();
  return Math.sqrt(N) * Math.max(...Array.from(x, (value, i) => Math.max((i + 1) / N - cdf(value), cdf(value) - i / N)));
}

const studentCdf = (nu: number) => (t: number): number => {
  const tail = 0.5 * incompleteBeta(nu / 2, 0.5, nu / (nu + t * t));
  return t < 0 ? tail : 1 - tail;
};
const generalizedCdf = (shape: number) => (x: number): number => 0.5 + 0.5 * Math.sign(x) * gammaP(1 / shape, Math.abs(x) ** shape);

const samplers: readonly [string, (s: UniformSource) => number, (x: number) => number][] = [
  ['normal', sampleNormal, normalCdf],
  ['gamma 0.05', (s) => sampleGamma(s, 0.05), (x) => gammaP(0.05, x)],
  ['gamma 0.7', (s) => sampleGamma(s, 0.7), (x) => gammaP(0.7, x)],
  ['gamma 30, scale 2', (s) => sampleGamma(s, 30, 2), (x) => gammaP(30, x / 2)],
  ['beta 0.3, 0.2', (s) => sampleBeta(s, 0.3, 0.2), (x) => incompleteBeta(0.3, 0.2, x)],
  ['beta 2, 7', (s) => sampleBeta(s, 2, 7), (x) => incompleteBeta(2, 7, x)],
  ['Student 1', (s) => sampleStudentT(s, 1), (t) => 0.5 + Math.atan(t) / Math.PI],
  ['Student 5', (s) => sampleStudentT(s, 5), studentCdf(5)],
  ['generalized Gaussian 0.8', (s) => sampleGeneralizedGaussian(s, 0.8), generalizedCdf(0.8)],
  ['generalized Gaussian 4', (s) => sampleGeneralizedGaussian(s, 4), generalizedCdf(4)],
];

describe('samplers', () => {
  it.each(samplers)('%s has its distribution', (_, draw, cdf) => {
    const stream = randomStream(12);
    expect(kolmogorov(() => draw(stream), cdf)).toBeLessThan(1.95);
  });

  it('normal draws have the moments and tails of a normal', () => {
    const stream = randomStream(3);
    const n = 400_000;
    const moments = [0, 0, 0, 0];
    let beyond = 0;
    for (let i = 0; i < n; i++) {
      const x = sampleNormal(stream);
      for (let k = 0; k < 4; k++) moments[k]! += x ** (k + 1) / n;
      if (Math.abs(x) > 3.5) beyond++;
    }
    // Standard deviations of the means: √(1, 2, 15, 96)/√n.
    [0, 1, 0, 3].forEach((expected, k) => expect(Math.abs(moments[k]! - expected)).toBeLessThan((4 * Math.sqrt([1, 2, 15, 96][k]!)) / Math.sqrt(n)));
    const expected = 2 * n * normalCdf(-3.5);
    expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('mean of gamma draws raised to a power, for a shape of 1/3', () => {
    const stream = randomStream(5);
    let sum = 0;
    for (let i = 0; i < N; i++) sum += sampleGamma(stream, 1 / 3) ** 2;
    const mean = gamma(1 / 3 + 2) / gamma(1 / 3);
    expect(Math.abs(sum / N - mean)).toBeLessThan(4 * Math.sqrt(gamma(1 / 3 + 4) / gamma(1 / 3) / N));
  });

  it('the same seed gives the same draws; tiny shapes give quotients, not NaN', () => {
    const draw = (): number[] => { const s = randomStream(9); return [sampleNormal(s), sampleGamma(s, 0.2), sampleBeta(s, 3, 1)]; };
    expect(draw()).toEqual(draw());
    const stream = randomStream(1);
    for (let i = 0; i < 100; i++) expect(Number.isNaN(sampleBeta(stream, 1e-4, 1e-4))).toBe(false);
  });

  it('wrong parameters are named', () => {
    const stream = randomStream(1);
    expect(() => sampleGamma(stream, 0)).toThrow(/shape must be a finite number greater than 0, got 0/);
    expect(() => sampleGamma(stream, 1, NaN)).toThrow(/scale/);
    expect(() => sampleBeta(stream, 1, -1)).toThrow(/sampleBeta: b/);
    expect(() => sampleStudentT(stream, 0)).toThrow(/degreesOfFreedom/);
    expect(() => sampleGeneralizedGaussian(stream, -2)).toThrow(/shape/);
  });
});

describe('points that fill a cube', () => {
  const stored = golden<{ sobol: { count: number; dimension: number; last: number[]; sums: number[] }; halton: number[][] }>('quasi-random');

  it('sobol as SciPy has it, from any start', () => {
    const { count, dimension, last, sums } = stored.sobol;
    const points = sobol(count, dimension);
    for (let i = 0; i < count; i++) expect(points.subarray(i * dimension, (i + 1) * dimension).reduce((a, b) => a + b)).toBe(sums[i]);
    expect([...points.subarray(61 * dimension, 62 * dimension)]).toEqual(last);
    expect([...sobol(10, 5, { skip: 54 })]).toEqual([...sobol(64, 5)].slice(54 * 5));
  });

  it('halton as SciPy has it', () => {
    const points = halton(20, 6);
    stored.halton.flat().forEach((x, i) => expect(Math.abs(points[i]! - x)).toBeLessThan(2e-16));
    expect([...halton(3, 6, { skip: 17 })]).toEqual([...points].slice(17 * 6));
  });

  it('shifts keep points in the cube and the mean unbiased', () => {
    const f = (p: Float64Array, d: number): number => {
      let sum = 0;
      for (let i = 0; i < p.length; i += d) sum += p.subarray(i, i + d).reduce((a, x) => a * (0.5 + x), 1);
      return (sum * d) / p.length;
    };
    const stream = randomStream(4);
    for (const [make, tolerance] of [[sobol, 2e-3], [halton, 2e-3]] as const) {
      const estimates = Array.from({ length: 16 }, () => f(make(512, 4, { shift: stream }), 4));
      expect(Math.abs(estimates.reduce((a, b) => a + b) / 16 - 1)).toBeLessThan(tolerance);
      make(64, 3, { shift: stream }).forEach((x) => expect(x >= 0 && x < 1).toBe(true));
    }
  });

  it('latin hypercube has one point in every slice of every axis', () => {
    const points = latinHypercube(50, 3, randomStream(2));
    for (let j = 0; j < 3; j++) expect(new Set(Array.from({ length: 50 }, (_, i) => Math.floor(points[3 * i + j]! * 50))).size).toBe(50);
  });

  it('wrong sizes', () => {
    expect(() => sobol(4, 129)).toThrow(/at most 128/);
    expect(() => sobol(2 ** 32, 1, { skip: 1 })).toThrow(/2\^32/);
    expect(() => halton(4, 101)).toThrow(/at most 100/);
    expect(() => latinHypercube(0, 1, randomStream(0))).toThrow(/count/);
  });
});
