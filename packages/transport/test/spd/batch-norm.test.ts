import { compile, eye, grad, hvp, jvp, matmul, random, symmetricEigen, type Tensor, tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { affineInvariantBatchNorm } from '../../src/spd/affine-invariant-batch-norm.js';
import type { NormParams } from '../../src/spd/api.js';
import { bures } from '../../src/spd/bures.js';
import { buresBatchNorm } from '../../src/spd/bures-batch-norm.js';
import { buresMean } from '../../src/spd/bures-mean.js';
import { frechetMean } from '../../src/spd/frechet-mean.js';
import { logEuclideanBatchNorm } from '../../src/spd/log-euclidean-batch-norm.js';
import { matrixLog } from '../../src/spd/matrix-functions.js';
import { close, difference, symmetric } from './helpers.js';

const two = (a: number, b: number, c: number): Tensor => tensor([a, b, b, c], [2, 2], 'float64');
const batch = (...list: Tensor[]): Tensor => tensor(list.flatMap((x) => [...x.dataSync()]), [list.length, ...list[0]!.shape], 'float64');
const xs = batch(two(2, 0.5, 1), two(1, -0.3, 3), two(0.7, 0.1, 0.4));
const m = two(1.5, 0.2, 0.8);
const scalarOf = (x: number): Tensor => tensor([x], [], 'float64');

describe('means', () => {
  it('reference values by iterations', async () => {
    const expected = [
      [1.2333333333333334, 0.1, 1.4666666666666668], [1.15637700382299, 0.12944537208809925, 1.2426010884618266], [1.1562070756935692, 0.1298407567990763, 1.242773466015797],
    ];
    expected.forEach(([a, b, c], iterations) => close(buresMean(xs, { iterations }), two(a!, b!, c!), 1e-14));
    const limit = two(1.1561946410320585, 0.12986423528287755, 1.2427859054943584);
    close(buresMean(xs), limit, 1e-14);
    const { mean, variance, converged, residual } = await frechetMean(xs);
    close(mean, limit, 1e-12);
    close([variance], [0.3010194534735837], 1e-13);
    expect(converged && residual < 1e-12).toBe(true);
  });

  it('not converging is a result; matrices that are not SPD are refused by name', async () => {
    expect(await frechetMean(xs, { maxIterations: 1 })).toMatchObject({ converged: false, iterations: 1 });
    await expect(frechetMean(batch(m, two(1, 2, 1)))).rejects.toThrow(/xs must be positive definite, got eigenvalue -1(\.0+\d*)? \(the largest is 3.*in matrix 1/);
    await expect(frechetMean(batch(m, tensor([1, 0.2, 0.1, 1], [2, 2], 'float64')))).rejects.toThrow(/symmetric, got entries 1, 0 and 0, 1 that differ by 0\.1 in matrix 1/);
    await expect(frechetMean(batch(m, two(1, NaN, 1)))).rejects.toThrow(/finite, got NaN at row 0, column 1 in matrix 1/);
    await expect(frechetMean(xs, { weights: [1, -1, 1] })).rejects.toThrow(/weights must not be negative/);
  });

  it('derivatives of the fixed point, to second order', () => {
    const weights = tensor([0.5, 0.2, 0.3], [3], 'float64');
    const d = batch(symmetric(2, 1), symmetric(2, 2), symmetric(2, 3));
    const f = (x: Tensor): Tensor => buresMean(x, { weights, iterations: 12 }).mul(symmetric(2, 4)).sum();
    close((grad(f)(xs) as Tensor).mul(d).sum(), difference(f, xs, d), 1e-9);
    close(hvp(f)(xs, d) as Tensor, difference(compile(grad(f)) as (x: Tensor) => Tensor, xs, d), 1e-8);
    const w = (v: Tensor): Tensor => buresMean(xs, { weights: v, iterations: 12 });
    const dw = tensor([1, -2, 1], [3], 'float64');
    close((jvp(w)(weights, dw) as Tensor[])[1]!, difference(w, weights, dw), 1e-9);
  });
});

describe('GBW normalization', () => {
  const converged = { meanIterations: 25 };

  it('reference values', () => {
    const norm = buresBatchNorm({ power: 0.5, ...converged });
    const params: NormParams = { bias: matrixLog(two(1.2, 0.1, 0.9)), metric: matrixLog(m), logScale: scalarOf(Math.log(0.3)) };
    const expected = batch(
      two(1.6345497859492524, 0.27414104799529754, 0.8316751832070024), two(1.1191744412342766, -0.08825687263350555, 1.6099229841190106),
      two(0.9387883175528972, 0.09167228831838889, 0.5133981973796932),
    );
    close(norm.apply(params, norm.init(2).state, xs, true).output, expected, 1e-13);
  });

  it('its output has mean B and dispersion s²', async () => {
    const norm = buresBatchNorm({ learnMetric: false, ...converged });
    const bias = two(2, 0, 0.5);
    const { output } = norm.apply({ bias: matrixLog(bias), logScale: scalarOf(Math.log(0.3)) }, norm.init(2).state, xs, true);
    const { mean, variance } = await frechetMean(output);
    close(mean, bias, 1e-12);
    close([variance], [0.0899970102593297], 1e-12);
  });

  it('normalizes Wishart matrices: exactly by the mean, nearly by one iteration', async () => {
    const a = random(1).tensor('normal', [48, 8, 12], 'float64');
    const wishart = matmul(a, a, { transposeB: true }).div(12);
    for (const [meanIterations, tolerance] of [[40, 1e-8], [1, 0.02]] as const) {
      const norm = buresBatchNorm({ learnMetric: false, meanIterations });
      const { output, state } = norm.apply({ bias: symmetric(8, 3).mul(0.3), logScale: scalarOf(Math.log(0.3)) }, { ...norm.init(8).state, variance: scalarOf(0) }, wishart, true);
      const { mean, variance } = await frechetMean(output, { tolerance: 1e-11 });
      const { output: center } = norm.apply({ bias: symmetric(8, 3).mul(0.3) }, { mean: eye(8, 'float64'), variance: scalarOf(1) }, eye(8, 'float64').reshape([1, 8, 8]), false);
      close(mean, center, tolerance);
      const nu2 = state.variance.item() / 0.1;
      close([variance], [(0.09 * nu2) / (nu2 + 1e-5)], tolerance);
    }
  });

  it('running statistics: along the geodesic, and used in evaluation', () => {
    const norm = buresBatchNorm({ learnMetric: false });
    const { params, state } = norm.init(2);
    const after = norm.apply(params, state, xs, true).state;
    close(after.mean, bures.geodesic(state.mean, buresMean(xs, { iterations: 1 }), 0.1), 1e-14);
    const { output, state: same } = norm.apply(params, after, xs, false);
    expect(same).toBe(after);
    // its own running mean is carried to B = I
    close(norm.apply(params, after, after.mean.reshape([1, 2, 2]), false).output, eye(2, 'float64'), 1e-13);
    expect(output.dataSync().every(Number.isFinite)).toBe(true);
  });

  it('a batch of one, and matrices of order one', () => {
    const norm = buresBatchNorm();
    const { params, state } = norm.init(2);
    // measured 4e-13: rounding is divided by √ε, as nothing is dispersed
    close(norm.apply(params, state, batch(m), true).output, eye(2, 'float64'), 1e-12);
    const alone = batch(eye(2, 'float64'));
    const gradient = grad((p: NormParams) => norm.apply(p, state, alone, true).output.sum())(params) as NormParams;
    expect(gradient.bias.dataSync().every(Number.isFinite)).toBe(true);
    // √output = 1 + (√x − 2)/ν, ν² = 2/3
    const scalars = tensor([1, 4, 9], [3, 1, 1], 'float64');
    const nu = Math.sqrt(2 / 3 + 1e-5);
    const start = norm.init(1);
    close(buresBatchNorm(converged).apply(start.params, start.state, scalars, true).output, [(1 - (1 - 1e-3)) ** 2, 1, (1 + 1 / nu) ** 2], 1e-12);
    close(buresBatchNorm({ ...converged, scaling: false }).apply({ bias: start.params.bias }, start.state, scalars, true).output, [1e-6, 1, 4], 1e-12);
  });

  it('pulls samples back into the domain of the exponential', () => {
    const norm = buresBatchNorm({ learnMetric: false });
    const { params, state } = norm.init(2);
    const x = batch(two(0.05, 0, 4));
    const { output, shrunk } = norm.apply({ ...params, logScale: scalarOf(Math.log(3)) }, { ...state, variance: scalarOf(1 - 1e-5) }, x, false);
    expect(shrunk.item()).toBe(1);
    expect(Math.min(...symmetricEigen(output).values.dataSync())).toBeGreaterThan(0);
  });

  it.each([[0.5, true], [1.5, true], [1, false]] as const)('power %f, mean differentiated %s: derivatives in everything, at equal eigenvalues', (power, differentiateMean) => {
    const norm = buresBatchNorm({ power, differentiateMean });
    const n = 3;
    const { params, state } = norm.init(n);
    const x = batch(eye(n, 'float64'), eye(n, 'float64').mul(2), eye(n, 'float64').add(symmetric(n, 1).mul(0.2)));
    const weights = random(5).tensor('normal', [3, n, n], 'float64');
    type All = NormParams & { x: Tensor };
    const f = (p: All): Tensor => {
      const { output } = norm.apply(p, state, p.x, true);
      return output.mul(weights).sum().add(output.mul(output).mul(weights).sum());
    };
    const start: All = { ...params, x };
    const directions = { bias: symmetric(n, 2), metric: symmetric(n, 3), logScale: scalarOf(0.7), x: batch(symmetric(n, 4), symmetric(n, 5), symmetric(n, 6)) };
    const gradient = grad(f)(start) as Required<All>;
    for (const key of Object.keys(directions) as (keyof typeof directions)[]) {
      // a mean that is taken for a constant has no derivative in x and M
      if (!differentiateMean && (key === 'x' || key === 'metric')) continue;
      const along = (v: Tensor): Tensor => f({ ...start, [key]: v });
      close(gradient[key].mul(directions[key]).sum(), difference(along, start[key]!, directions[key]), 1e-8);
      const slope = compile((v: Tensor): Tensor => (grad(f)({ ...start, [key]: v }) as Required<All>).bias);
      const second = jvp(slope)(start[key]!, directions[key]) as [Tensor, Tensor];
      close(second[1], difference(slope, start[key]!, directions[key]), 1e-7);
    }
  });

  it('refuses what does not fit', () => {
    expect(() => buresBatchNorm({ power: 0 })).toThrow(/power/);
    expect(() => buresBatchNorm({ momentum: 2 })).toThrow(/momentum must be in \[0, 1\], got 2/);
    const norm = buresBatchNorm();
    expect(() => norm.apply(norm.init(2).params, norm.init(2).state, m, true)).toThrow(/x must be matrices \[N, n, n\], got \[2, 2\]/);
  });
});

describe.each([affineInvariantBatchNorm({ meanIterations: 30 }), logEuclideanBatchNorm()])('$name normalization', (norm) => {
  it('moves the mean to B', async () => {
    const { state } = norm.init(2);
    const bias = two(1.2, 0.1, 0.9);
    const { output } = norm.apply({ bias: matrixLog(bias) }, state, xs, true);
    const metric = norm.name === 'AIM' ? (await import('../../src/spd/affine-invariant.js')).affineInvariant : (await import('../../src/spd/log-euclidean.js')).logEuclidean;
    close((await frechetMean(output, { metric })).mean, bias, 1e-11);
  });
});
