import { matmul, transpose } from '@curv/linalg';
import { tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { levenbergMarquardt, minimize, nielsenDamping, residualProblem } from '../../src/index.js';
import { certifiedDigits, nist, type NistProblem } from '../../src/zoo/nist.js';

const problems = await nist();
const oracles = (p: NistProblem): ReturnType<typeof residualProblem> => residualProblem(p.residuals as never, tensor([...p.start], [p.start.length], 'float64') as never);
const both = problems.flatMap((p) => [0, 1].map((start) => [p.name, start + 1, p] as const));

it.each(both)('%s, start %i: the certified parameters', async (_, start, p) => {
  const problem = oracles(p);
  const found = await minimize(problem, p.starts[start - 1]!, { method: levenbergMarquardt(), tolerance: 0, maxIterations: 2000 });
  expect(found.converged).toBe(true);
  // Measured: 10.3 digits at least, of 11 certified ones; 9 for lower and average difficulty and 6 for higher are asked for.
  expect(certifiedDigits(found.x, p.certified)).toBeGreaterThanOrEqual(10);
  // Lanczos1's sum of squares is that of the data's rounding.
  if (p.name !== 'NIST Lanczos1') expect(Math.abs(found.value / p.minimum - 1)).toBeLessThan(1e-9);
  problem.dispose();
});

it.each(problems.filter(({ name }) => name !== 'NIST Lanczos1').map((p) => [p.name, p] as const))('%s: standard deviations from J at the certified values', async (_, p) => {
  const problem = oracles(p);
  const j = await problem.jacobian(Float64Array.from(p.certified));
  const [m, n] = [j.rows, j.columns];
  // s² (JᵀJ)⁻¹ by columns scaled to one length, since conditions reach 1e20 without.
  const size = Float64Array.from({ length: n }, (_, k) => Math.sqrt(j.data.reduce((s, v, i) => s + (i % n === k ? v * v : 0), 0)));
  const scaled = { ...j, data: j.data.map((v, i) => v / size[i % n]!) };
  const s2 = (2 * p.minimum) / (m - n);
  const inverse = invert(matmul(transpose(scaled), scaled).data, n);
  p.deviations.forEach((deviation, k) => {
    const ours = Math.sqrt(s2 * inverse[k * n + k]!) / size[k]!;
    // The square of the condition of J takes up to nine digits: the worst is Bennett5, 5e-6.
    expect(Math.abs(ours / deviation - 1)).toBeLessThan(1e-4);
  });
  problem.dispose();
});

/** Gauss-Jordan with pivoting, independent of what the methods use. */
function invert(a: Float64Array, n: number): Float64Array {
  const w = Array.from({ length: n }, (_, i) => [...a.subarray(i * n, (i + 1) * n), ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const at = w.slice(k).reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(w[best]![k]!) ? k + i : best), k);
    [w[k], w[at]] = [w[at]!, w[k]!];
    const pivot = w[k]![k]!;
    w[k] = w[k]!.map((v) => v / pivot);
    for (let i = 0; i < n; i++) if (i !== k) w[i] = w[i]!.map((v, j) => v - w[i]![k]! * w[k]![j]!);
  }
  return Float64Array.from(w.flatMap((row) => row.slice(n)));
}

describe('other ways through them', () => {
  const hard = both.filter(([name]) => ['NIST MGH17', 'NIST Nelson', 'NIST Rat43', 'NIST Thurber', 'NIST Kirby2'].includes(name));
  it.each(hard)('%s, start %i: Nielsen, with and without acceleration', async (_, start, p) => {
    const problem = oracles(p);
    for (const acceleration of [undefined, 0.75]) {
      const method = levenbergMarquardt({ damping: nielsenDamping(), ...(acceleration !== undefined && { acceleration }) });
      const found = await minimize(problem, p.starts[start - 1]!, { method, tolerance: 0, maxIterations: 2000 });
      expect(certifiedDigits(found.x, p.certified)).toBeGreaterThanOrEqual(9);
    }
    problem.dispose();
  });
});
