import { adam } from '@curv/optimizers';
import { grad, matmul, random, type Tensor, tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { buresBatchNorm } from '../../src/spd/bures-batch-norm.js';
import { fitSpdNet, predictSpdNet } from '../../src/spd/fit-spd-net.js';
import { covariancePooling, logEigenvalues, rectifyEigenvalues, symmetricVector } from '../../src/spd/layers.js';
import { matrixLog } from '../../src/spd/matrix-functions.js';
import { spdNet, type SpdNetParams } from '../../src/spd/spd-net.js';
import { spdStep } from '../../src/spd/spd-step.js';
import { orthonormalColumns, randomOrthonormal, stiefelStep } from '../../src/spd/stiefel.js';
import { bures } from '../../src/spd/bures.js';
import { close, difference, spdWith, symmetric } from './helpers.js';

/** Two classes of covariances of 30 points in 4 dimensions that differ in one correlation. */
function classes(count: number, seed: number): { x: Tensor; labels: number[] } {
  const stream = random(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const points = labels.flatMap((label) => Array.from({ length: 30 }, () => [stream.normal(), stream.normal(), stream.normal(), stream.normal()]).flatMap(([a, b, c, d]) => [a!, label === 1 ? 0.8 * a! + 0.6 * b! : b!, c!, d!]));
  return { x: covariancePooling(tensor(points, [count, 30, 4], 'float64')), labels };
}

describe('layers', () => {
  it('definitions', () => {
    const a = spdWith([1e-7, 0.5, 3], 2);
    close(rectifyEigenvalues(a, 1e-5), spdWith([1e-5, 0.5, 3], 2), 1e-14);
    close(logEigenvalues(a, 1e-5), matrixLog(rectifyEigenvalues(a, 1e-5)), 1e-11);
    const [x, y] = [symmetric(3, 1), symmetric(3, 2)];
    close(symmetricVector(x).mul(symmetricVector(y)).sum(), x.mul(y).sum(), 1e-14);
  });

  it('the retraction and both Riemannian steps go down and stay on their manifolds', () => {
    const w = randomOrthonormal(6, 3, 1);
    close(matmul(w, w, { transposeA: true }), [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-14);
    const [a, target] = [symmetric(6, 4), spdWith([0.5, 1, 3], 5)];
    const f = (v: Tensor): Tensor => matmul(matmul(v, a, { transposeA: true }), v).mul(target).sum();
    const step = 1e-4;
    const euclidean = grad(f)(w) as Tensor;
    const moved = stiefelStep(w, euclidean, step);
    close(orthonormalColumns(moved), moved, 1e-14);
    const inner = matmul(w, euclidean, { transposeA: true });
    const tangent = euclidean.sub(matmul(w, inner.add(inner.transpose()).mul(0.5)));
    close(f(w).sub(f(moved)).div(step), tangent.square().sum(), 1e-2);
    const p = spdWith([0.4, 1, 2], 8);
    const g = (x: Tensor): Tensor => bures.distance2(x, target);
    // ‖grad d²‖² = 4 d²
    close(g(p).sub(g(spdStep(p, grad(g)(p) as Tensor, step))).div(step), g(p).mul(4), 1e-2);
    close(spdStep(p, grad(g)(p) as Tensor, 0.5), target, 1e-12);
  });
});

describe('networks', () => {
  const net = spdNet({ sizes: [4, 3, 2], classes: 2, norm: buresBatchNorm({ power: 0.5 }) });
  const small = spdNet({ sizes: [4, 3], classes: 2, norm: buresBatchNorm() });

  it('gradients of all parameters', () => {
    const { x } = classes(6, 1);
    const { params, states } = net.init(3);
    const weights = random(2).tensor('normal', [6, 2], 'float64');
    const f = (p: SpdNetParams): Tensor => net.apply(p, states, x, true).logits.mul(weights).sum();
    const gradient = grad(f)(params) as SpdNetParams;
    for (const block of [0, 1]) {
      const weight = params.blocks[block]!.weight;
      const d = random(block).tensor('normal', [...weight.shape], 'float64');
      const at = (v: Tensor): Tensor => f({ ...params, blocks: params.blocks.map((b, i) => (i === block ? { ...b, weight: v } : b)) });
      close(gradient.blocks[block]!.weight.mul(d).sum(), difference(at, weight, d), 1e-8);
    }
  });

  it('learns, and repeats itself', async () => {
    const data = classes(120, 5);
    const options = { optimizer: adam({ amsgrad: true, learningRate: 5e-2 }), epochs: 12, seed: 1 };
    const fit = await fitSpdNet(small, data, options);
    const again = await fitSpdNet(small, data, options);
    expect(again.losses).toEqual(fit.losses);
    expect(fit.skipped).toBe(0);
    const test = classes(200, 6);
    const found = await predictSpdNet(fit, test.x);
    expect(test.labels.filter((label, i) => label === found[i]).length).toBeGreaterThan(180);
  });

  it('refuses what does not fit', async () => {
    const data = classes(4, 1);
    const options = { optimizer: adam(), batchSize: 2 };
    expect(() => spdNet({ sizes: [3, 4], classes: 2 })).toThrow(/sizes must not grow, got 3 before 4/);
    await expect(fitSpdNet(net, { ...data, labels: [0, 1, 2, 0] }, options)).rejects.toThrow(/labels must be integers from 0 to 1, got 2 at 2/);
    await expect(fitSpdNet(net, { ...data, labels: [0] }, options)).rejects.toThrow(/expected 4 labels, got 1/);
    await expect(fitSpdNet(net, { ...data, x: data.x.sub(symmetric(4, 3).square().mul(5)) }, options)).rejects.toThrow(/x must be positive definite, got eigenvalue -.* in matrix 0/);
    await expect(fitSpdNet(net, data, { ...options, batchSize: 5 })).rejects.toThrow(/batchSize must be at most the number of samples, 4, got 5/);
    const abort = AbortSignal.abort(new Error('stop'));
    await expect(fitSpdNet(net, data, { ...options, signal: abort })).rejects.toThrow('stop');
  });
});
