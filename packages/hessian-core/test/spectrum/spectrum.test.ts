import { describe, expect, it } from 'vitest';
import { denseOperator, matrix } from '@curv/linalg';
import { grad, meanSquaredError, random, softmaxCrossEntropy, type Tensor, tensor, type Tree } from '@curv/tensor';
import { exactSpectrum, hessian, hessianParts, type Problem, spectrumReport, splitSpectrum } from '../../src/index.js';
import { netProblem, relativeError, spectrumOperator, vector } from '../problems.js';

const f64 = (data: readonly (readonly number[])[]): Tensor => tensor(data, [data.length, data[0]!.length], 'float64');

/** Softmax regression without bias at W = 0. */
const softmaxRegression: Problem = {
  params: { w: tensor(new Float64Array(6), [2, 3], 'float64') },
  batches: [{ size: 2, data: { x: f64([[1, 0], [0, 2]]), y: tensor(Int32Array.of(0, 2), [2]) } as unknown as Tree<Tensor> }],
  reduction: 'mean',
  model: ({ w }: { w: Tensor }, { x }: { x: Tensor }) => x.matmul(w),
  outputLoss: (z: Tensor, { y }: { y: Tensor }) => softmaxCrossEntropy(z, y),
};

/** w ↦ ½ (w₁ w₂ − 1)². */
const product = (w: readonly [number, number]): Problem => ({
  params: { w: tensor(w, [2], 'float64') },
  batches: [{ size: 1, data: { target: tensor([1], [1], 'float64') } as unknown as Tree<Tensor> }],
  reduction: 'sum',
  model: ({ w }: { w: Tensor }) => w.slice([0], [1]).mul(w.slice([1], [2])),
  outputLoss: (z: Tensor, { target }: { target: Tensor }) => meanSquaredError(z, target, { reduction: 'sum' }).mul(0.5),
});

const spectra = async (problem: Problem): Promise<Record<'h' | 'g' | 'r' | 'c', Float64Array>> => {
  const parts = hessianParts(problem);
  const of = async (operator: Parameters<typeof exactSpectrum>[0]): Promise<Float64Array> => (await exactSpectrum(operator, { tolerance: Infinity })).values;
  const found = { h: await of(parts.hessian), g: await of(parts.gaussNewton), r: await of(parts.residual), c: await of(parts.covariance) };
  parts.dispose();
  return found;
};

const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, digits = 13): void => {
  expect(found.length).toBe(wanted.length);
  Array.from(wanted).forEach((x, i) => expect(found[i]!).toBeCloseTo(x, digits));
};
const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);

describe('exactSpectrum', () => {
  it('finds prescribed eigenvalues and their vectors, largest first', async () => {
    const wanted = [7, 7, 3, 0.5, 0, 0, -1e-3, -2];
    const operator = spectrumOperator(wanted);
    const { values, vectors, asymmetry, products } = await exactSpectrum(operator, { vectors: true });
    near(values, wanted);
    expect(products).toBe(8);
    expect(asymmetry).toBeLessThan(1e-14);
    vectors!.forEach((v, i) => expect(relativeError(operator.apply(v).map((x) => x + 10), v.map((x) => values[i]! * x + 10))).toBeLessThan(1e-13));
  });

  it('takes zero, one-row, repeated and negative definite operators', async () => {
    const of = (rows: number, data: number[]): Promise<{ values: Float64Array }> => exactSpectrum(denseOperator(matrix(rows, rows, data), { symmetric: true }));
    near((await of(2, [0, 0, 0, 0])).values, [0, 0]);
    near((await of(1, [-3])).values, [-3]);
    near((await of(2, [-2, 1, 1, -2])).values, [-1, -3]);
    near((await of(3, [4, 0, 0, 0, 4, 0, 0, 0, 4])).values, [4, 4, 4]);
  });

  it('refuses what it cannot hold, what is not square, NaN and asymmetry', async () => {
    const operator = spectrumOperator([1, 2, 3]);
    await expect(exactSpectrum(operator, { limit: 2 })).rejects.toThrow(/3 rows and limit is 2; its matrix would take 72 bytes/);
    await expect(exactSpectrum(denseOperator(matrix(2, 3)))).rejects.toThrow(/square/);
    await expect(exactSpectrum({ ...operator, apply: (v) => (v[1] === 1 ? v.map(() => NaN) : v) })).rejects.toThrow(/column 1/);
    await expect(exactSpectrum(denseOperator(matrix(2, 2, [1, 2, 0, 1])))).rejects.toThrow(/not symmetric: relative asymmetry 1\.2e\+0/);
  });
});

describe('splitSpectrum', () => {
  it('splits at the largest ratio', () => {
    const split = splitSpectrum([10, 9, 8, 0.1, 0.09]);
    expect(split.outliers).toBe(3);
    expect(split.ratio).toBeCloseTo(80, 12);
    expect(splitSpectrum([1, 0.9, 0.81, 0.729])).toMatchObject({ outliers: 0, gap: 1, large: 4 });
  });

  it('counts flat directions and the negative part', () => {
    expect(splitSpectrum([0, -1, 4, 1e-13])).toMatchObject({ outliers: 1, large: 1, flatFraction: 0.5, negativity: 0.25 });
    expect(splitSpectrum([0, 0, 0])).toMatchObject({ outliers: 0, large: 0, flatFraction: 1, negativity: 0 });
    expect(splitSpectrum([-1, -2])).toMatchObject({ outliers: 0, large: 0, flatFraction: 0, negativity: Infinity });
    expect(splitSpectrum([5])).toMatchObject({ outliers: 0, large: 1, flatFraction: 0, negativity: 0 });
  });

  it('does not take ratios of the bulk for a gap', () => {
    const bulk = Array.from({ length: 40 }, (_, i) => 1e-13 * 2 ** -i);
    expect(splitSpectrum([3, 2, ...bulk])).toMatchObject({ outliers: 2 });
  });

  it('refuses nothing, NaN and wrong options', () => {
    expect(() => splitSpectrum([])).toThrow(/at least one, got none/);
    expect(() => splitSpectrum([1, NaN])).toThrow(RangeError);
    expect(() => splitSpectrum([1], { maxOutliers: 0 })).toThrow(RangeError);
    expect(() => splitSpectrum([1], { minRatio: 0.5 })).toThrow(RangeError);
  });
});

describe('hessianParts', () => {
  it('softmax regression at 0: ((1/k) I − (1/k²) 1 1ᵀ) ⊗ E[x xᵀ]', async () => {
    const { h, g, r } = await spectra(softmaxRegression);
    near(h, [2 / 3, 2 / 3, 1 / 6, 1 / 6, 0, 0]);
    near(g, [2 / 3, 2 / 3, 1 / 6, 1 / 6, 0, 0]);
    near(r, [0, 0, 0, 0, 0, 0]);
  });

  it('a product of two weights: H = G + R in closed form', async () => {
    const { h, g, r, c } = await spectra(product([2, 1]));
    const root = 3 * Math.sqrt(5);
    near(h, [(5 + root) / 2, (5 - root) / 2]);
    near(g, [5, 0]);
    near(r, [1, -1]);
    // One example of residual 1: g gᵀ with g = (1, 2).
    near(c, [5, 0]);
    const fitted = await spectra(product([1, 1]));
    near(fitted.h, [2, 0]);
    near(fitted.r, [0, 0]);
    near(fitted.c, [0, 0]);
  });

  it('least squares: H = G = XᵀX / n of rank at most n', async () => {
    const stream = random(3);
    const x = stream.tensor('normal', [3, 5], 'float64');
    const problem: Problem = {
      params: { w: stream.tensor('normal', [5, 1], 'float64') },
      batches: [{ size: 3, data: { x, y: stream.tensor('normal', [3, 1], 'float64') } as unknown as Tree<Tensor> }],
      reduction: 'mean',
      model: ({ w }: { w: Tensor }, { x }: { x: Tensor }) => x.matmul(w),
      outputLoss: (z: Tensor, { y }: { y: Tensor }) => meanSquaredError(z, y).mul(0.5),
    };
    const { h, g, r } = await spectra(problem);
    const gram = x.transpose().matmul(x).div(3).dataSync() as Float64Array;
    const wanted = await exactSpectrum(denseOperator(matrix(5, 5, gram), { symmetric: true }));
    near(h, wanted.values);
    near(g, wanted.values);
    near(r, [0, 0, 0, 0, 0]);
    expect(h[2]!).toBeGreaterThan(1e-3);
    near(h.slice(3), [0, 0]);
  });

  it('a net: R v = (1/N) Σ (∂ℓᵢ/∂f꜀) ∇²f꜀ v, tr H = tr G + tr R, and C from its definition', async () => {
    const problem = netProblem('float64', [5, 7]);
    const parts = hessianParts(problem);
    const v = vector(43);
    // The residual term by its own formula: the Hessian of Σ f꜀ times constants ∂ℓ/∂f꜀.
    const { params, batches, model, outputLoss } = netProblem();
    const { data } = batches[0]!;
    const slopes = grad(outputLoss!)(model!(params, data), data) as Tensor;
    const weighted: Problem = { params, batches, reduction: 'mean', loss: (p: unknown, d: unknown) => (model!(p, d) as Tensor).mul(slopes).sum() };
    expect(relativeError(await parts.residual.apply(v), await hessian(weighted).apply(v))).toBeLessThan(1e-12);
    const { h, g, r } = await spectra(problem);
    expect(sum(g) + sum(r)).toBeCloseTo(sum(h), 12);
    // C v is the mean of gᵢ (gᵢ · v) with each gradient from a problem of one example.
    const single = netProblem('float64', Array.from({ length: 12 }, () => 1));
    const wanted = new Float64Array(43);
    for (const batch of single.batches) {
      const one = hessianParts({ ...single, batches: [batch] });
      const gradient = await one.hessian.gradient();
      const along = gradient.reduce((s, x, i) => s + x * v[i]!, 0);
      gradient.forEach((x, i) => (wanted[i]! += (x * along) / 12));
    }
    expect(relativeError(await parts.covariance.apply(v), wanted)).toBeLessThan(1e-13);
  });

  it('restricts to parameters by name', async () => {
    const parts = hessianParts(netProblem(), { parameters: 'out*' });
    expect([parts.hessian, parts.gaussNewton, parts.residual, parts.covariance].map(({ shape }) => shape[0])).toEqual([18, 18, 18, 18]);
    expect((await parts.covariance.apply(vector(18))).every(Number.isFinite)).toBe(true);
  });

  it('needs data whose examples lie along the first axis', () => {
    const problem = netProblem();
    expect(() => hessianParts({ ...problem, batches: [{ ...problem.batches[0]!, size: 6 }] })).toThrow(/6 examples/);
  });
});

describe('spectrumReport', () => {
  it('gives spectra and traces, the same each time', async () => {
    const report = await spectrumReport(netProblem());
    expect(report.dimension).toBe(43);
    expect(report.hessian.values.length).toBe(43);
    expect(report.hessian.asymmetry).toBeLessThan(1e-13);
    expect(report.residualTrace).toBeCloseTo(report.hessian.trace - report.gaussNewton.trace, 14);
    // 12 examples of 3 classes: G has rank 24 at most.
    expect(report.gaussNewton.values.filter((x) => x > 1e-12 * report.gaussNewton.values[0]!).length).toBeLessThanOrEqual(24);
    expect(report.covariance.values.filter((x) => x > 1e-12 * report.covariance.values[0]!).length).toBeLessThanOrEqual(12);
    expect(await spectrumReport(netProblem())).toEqual(report);
  });

  it('estimates the ends and a density above the limit', async () => {
    const exact = await spectrumReport(netProblem());
    const estimated = await spectrumReport(netProblem(), { limit: 10, k: 5, probes: 20 });
    const { hessian } = estimated;
    expect(hessian.exact).toBe(false);
    expect(hessian.converged).toBe(true);
    near(hessian.values.slice(0, 5), exact.hessian.values.slice(0, 5), 9);
    expect(hessian.values[5]).toBeCloseTo(exact.hessian.values[42]!, 9);
    expect(Math.abs(hessian.trace - exact.hessian.trace)).toBeLessThan(4 * hessian.traceStandardError);
  });
});
