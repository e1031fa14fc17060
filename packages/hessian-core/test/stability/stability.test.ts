import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random, type Tensor, tensor, type Tree } from '@curv/tensor';
import { isStable, linearizedSgd, noiseAlignment, outputGradients, pathNorm, type Problem, secondMoments, stabilityReport } from '../../src/index.js';

interface Case {
  readonly name: string;
  readonly rows: number[][];
  readonly outputs: number;
  readonly batch: number;
  readonly replacement: boolean;
  readonly exact: number;
  readonly necessary: number;
  readonly lambdaMax: number;
  readonly fourthMoment: number;
}

const golden = JSON.parse(readFileSync(new URL('../golden/stability.json', import.meta.url), 'utf8')) as Case[];
const five = golden[0]!.rows;
const normalRows = (n: number, p: number, seed = 1): Float64Array[] => {
  const stream = random(seed);
  return Array.from({ length: n }, () => new Float64Array(p).map(() => stream.normal()));
};

describe('stabilityReport', () => {
  it.each(golden)('agrees with dense Kronecker matrices: $name', ({ rows, outputs, batch, replacement, exact, necessary, lambdaMax, fourthMoment }) => {
    const report = stabilityReport(rows, { outputs, batch, replacement });
    // The Rayleigh quotient is exact to the square of the iteration's error.
    expect(Math.abs(report.exact! / exact - 1)).toBeLessThan(1e-8);
    expect(Math.abs(report.necessary / necessary - 1)).toBeLessThan(1e-13);
    expect(report.lambdaMax).toBeCloseTo(lambdaMax, 12);
    expect(report.fourthMoment).toBeCloseTo(fourthMoment, 12);
    expect(report.converged).toBe(true);
    expect(report.exact!).toBeLessThanOrEqual(report.necessary * (1 + 1e-9));
    expect(report.exact!).toBeLessThanOrEqual(report.gradientDescent * (1 + 1e-9));
  });

  it('five rows in three dimensions', () => {
    const report = stabilityReport(five);
    expect(report.trace).toBeCloseTo(4, 13);
    expect(report.frobenius).toBeCloseTo(2.6076809620810595, 13);
    expect(report.fourthMoment).toBeCloseTo(17.6, 12);
    expect(report.gradientDescent).toBeCloseTo(0.9283325530588477, 13);
    expect(report.traceBound).toBeCloseTo(0.5, 14);
    expect(report.exact!).toBeCloseTo(0.44026395298844384, 10);
    expect(report.rank).toBe(3);
  });

  it('does not fall with the batch size, and is that of gradient descent for whole batches', () => {
    const rows = normalRows(12, 20);
    const exact = [1, 2, 4, 8, 12].map((batch) => stabilityReport(rows, { batch, replacement: false }).exact!);
    exact.slice(1).forEach((x, i) => expect(x).toBeGreaterThanOrEqual(exact[i]! * (1 - 1e-9)));
    expect(exact[4]).toBeCloseTo(stabilityReport(rows).gradientDescent, 9);
  });

  it('one sample, and orthogonal samples of equal norm', () => {
    for (const batch of [1, 7]) expect(stabilityReport([[3, 4]], { batch })).toMatchObject({ rank: 1, trace: 25 });
    for (const batch of [1, 7]) expect(stabilityReport([[3, 4]], { batch }).exact).toBeCloseTo(2 / 25, 12);
    const orthogonal = stabilityReport([[2, 0, 0], [0, 2, 0], [0, 0, 2]]);
    expect(orthogonal.exact).toBeCloseTo(0.5, 12);
    expect(orthogonal.traceBound).toBeCloseTo(0.5, 14);
    expect(orthogonal.gradientDescent).toBeCloseTo(1.5, 14);
  });

  it('takes zero gradients and duplicates', () => {
    expect(stabilityReport([[0, 0], [0, 0]])).toMatchObject({ rank: 0, trace: 0, exact: Infinity, necessary: Infinity, gradientDescent: Infinity, traceBound: Infinity });
    expect(stabilityReport([[1, 0], [1, 0], [0, 0]]).rank).toBe(1);
  });

  it('refuses what is no set of gradients', () => {
    expect(() => stabilityReport([])).toThrow(/at least one row/);
    expect(() => stabilityReport([[1, 2], [1]])).toThrow(/one length, got 2 and 1 \(row 1\)/);
    expect(() => stabilityReport([[1, NaN]])).toThrow(/row 0 holds NaN/);
    expect(() => stabilityReport(five, { batch: 0 })).toThrow(/batch/);
    expect(() => stabilityReport(five, { batch: 6, replacement: false })).toThrow(/at most the 5 samples/);
    expect(() => stabilityReport(five, { outputs: 2 })).toThrow(/multiple of outputs/);
  });

  it('says whether a learning rate is stable', () => {
    const report = stabilityReport(five);
    expect(isStable(report, 0.44)).toEqual({ gradientDescent: true, sgd: true });
    expect(isStable(report, 0.45)).toEqual({ gradientDescent: true, sgd: false });
    expect(isStable(report, 1)).toEqual({ gradientDescent: false, sgd: false });
    const rough = stabilityReport(five, { exact: false });
    expect([isStable(rough, 0.44).sgd, isStable(rough, 0.46).sgd]).toEqual(['unknown', false]);
    expect(() => isStable(report, 0)).toThrow(/positive/);
  });
});

describe('noiseAlignment', () => {
  it('is its definition with dense matrices', () => {
    const residuals = [0.3, -0.2, 0.5, 0.1, -0.4];
    const [n, p] = [5, 3];
    const outer = (weights: readonly number[]): number[] => Array.from({ length: p * p }, (_, at) => five.reduce((s, g, i) => s + (weights[i]! * g[Math.floor(at / p)]! * g[at % p]!) / n, 0));
    const g = outer([1, 1, 1, 1, 1]);
    const drift = Array.from({ length: p }, (_, j) => five.reduce((s, row, i) => s + (residuals[i]! * row[j]!) / n, 0));
    const sigma = outer(residuals.map((r) => r * r)).map((x, at) => x - drift[Math.floor(at / p)]! * drift[at % p]!);
    const loss = residuals.reduce((s, r) => s + (r * r) / (2 * n), 0);
    const wanted = g.reduce((s, x, at) => s + x * sigma[at]!, 0) / (2 * loss * g.reduce((s, x) => s + x * x, 0));
    expect(noiseAlignment(five, residuals)).toBeCloseTo(wanted, 13);
    const report = stabilityReport(five, { residuals, batch: 2 });
    expect(report.frobeniusBound).toBeCloseTo(Math.sqrt(2 / wanted) / report.frobenius, 12);
    expect(report.residualNorm).toBeCloseTo(Math.sqrt(0.55 / 5), 14);
    expect(() => noiseAlignment(five, [1])).toThrow(/expected 5/);
  });
});

describe('outputGradients', () => {
  const diagonalNet: Problem = {
    params: { a: tensor([1, -0.5, 2], [3], 'float64'), b: tensor([0.5, 1, -1], [3], 'float64') },
    // √3 e₁, √3 e₂, √3 e₃: (1/n) Σ x xᵀ = I.
    batches: [{ size: 3, data: { x: tensor([0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? Math.sqrt(3) : 0))), [3, 3], 'float64') } as unknown as Tree<Tensor> }],
    reduction: 'mean',
    model: ({ a, b }: { a: Tensor; b: Tensor }, { x }: { x: Tensor }) => x.matmul(a.mul(b).reshape([3, 1])).reshape([x.shape[0]!]),
    outputLoss: (z: Tensor) => z.square().mean(),
  };

  it('a diagonal linear net: eigenvalues aⱼ² + bⱼ², trace at least 2 ‖a∘b‖₁', async () => {
    const { rows, outputs } = await outputGradients(diagonalNet);
    expect([rows.rows, rows.columns, outputs]).toEqual([3, 6, 1]);
    const report = stabilityReport(rows);
    expect(report.trace).toBeCloseTo(7.5, 13);
    expect(report.lambdaMax).toBeCloseTo(5, 13);
    expect(report.frobenius).toBeCloseTo(5.303300858899107, 13);
    expect(report.trace).toBeGreaterThanOrEqual(6);
  });

  it('orders outputs within examples', async () => {
    const x = tensor([1, 2, 3, 4], [2, 2], 'float64');
    const { rows, outputs } = await outputGradients({
      params: { w: tensor([5, 6, 7, 8], [2, 2], 'float64') },
      batches: [{ size: 2, data: { x } as unknown as Tree<Tensor> }],
      reduction: 'mean',
      model: ({ w }: { w: Tensor }, data: { x: Tensor }) => data.x.matmul(w),
      outputLoss: (z: Tensor) => z.sum(),
    });
    expect(outputs).toBe(2);
    expect(Array.from(rows.data)).toEqual([1, 0, 2, 0, 0, 1, 0, 2, 3, 0, 4, 0, 0, 3, 0, 4]);
  });

  it('needs a model', async () => {
    const { params, batches, reduction } = diagonalNet;
    await expect(outputGradients({ params, batches, reduction, loss: ({ a }: { a: Tensor }) => a.sum() })).rejects.toThrow(/must have model/);
  });
});

describe('linearized SGD', () => {
  it('decays below the exact threshold and grows above it', () => {
    for (const [outputs, batch, replacement] of [[1, 1, true], [1, 4, false], [2, 2, true], [2, 3, false]] as const) {
      const rows = normalRows(8, 12);
      const { exact } = stabilityReport(rows, { outputs, batch, replacement });
      const late = (factor: number): number => {
        const { norm2 } = secondMoments(rows, { learningRate: factor * exact!, outputs, batch, replacement, steps: 4000 });
        return norm2[4000]! / norm2[3000]!;
      };
      expect(late(0.98)).toBeLessThan(1);
      expect(late(1.02)).toBeGreaterThan(1);
    }
  });

  it('simulates the second moments', () => {
    const rows = normalRows(6, 4);
    const learningRate = 0.3 * stabilityReport(rows, { batch: 2, replacement: false }).exact!;
    const options = { learningRate, batch: 2, replacement: false, steps: 8 };
    // Started along each axis in turn, the mean over starts has E δ δᵀ = I/4.
    const found = new Float64Array(9);
    for (let axis = 0; axis < 4; axis++) {
      const start = [0, 0, 0, 0].map((_, j) => (j === axis ? 1 : 0));
      linearizedSgd(rows, { ...options, trials: 20_000, start, seed: axis }).norm2.forEach((x, t) => (found[t]! += x / 4));
    }
    // 80 000 runs leave about 0.5 %.
    secondMoments(rows, options).norm2.forEach((x, t) => expect(Math.abs(found[t]! / x - 1)).toBeLessThan(0.03));
  });

  it('is gradient descent for whole batches', () => {
    const { norm2, loss, growth } = linearizedSgd([[2, 0], [0, 2]], { learningRate: 0.25, batch: 2, replacement: false, steps: 3, trials: 2, start: [1, 1] });
    // G = 2 I: δ halves in each step.
    expect(Array.from(norm2)).toEqual([2, 0.5, 0.125, 0.03125]);
    expect(Array.from(loss)).toEqual([2, 0.5, 0.125, 0.03125]);
    expect(growth).toBeCloseTo(0.25, 14);
  });

  it('refuses wrong rates and starts', () => {
    expect(() => linearizedSgd(five, { learningRate: -1, steps: 1 })).toThrow(/learningRate/);
    expect(() => linearizedSgd(five, { learningRate: 1, steps: 1, start: [1] })).toThrow(/3 elements, got 1/);
    expect(() => secondMoments(five, { learningRate: 1, steps: 0 })).toThrow(/steps/);
  });
});

describe('pathNorm', () => {
  it('sums |aⱼ| ‖wⱼ‖', () => {
    expect(pathNorm([2, -1], [[3, 4], [0, 2]])).toBe(12);
    expect(() => pathNorm([1], [])).toThrow(/one row of w/);
  });
});
