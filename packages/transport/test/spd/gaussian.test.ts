import { grad, matmul, random, type Tensor, tensor } from '@curv/tensor';
import { expect, it } from 'vitest';
import { fitGaussian, type Gaussian, gaussianBarycenter, gaussianDistance2, gaussianGeodesic, gaussianMap } from '../../src/gaussian/gaussian.js';
import { close, difference } from './helpers.js';

const a: Gaussian = { mean: tensor([1, -2], [2], 'float64'), covariance: tensor([2, 0.5, 0.5, 1], [2, 2], 'float64') };
const b: Gaussian = { mean: tensor([0, 1], [2], 'float64'), covariance: tensor([1, -0.3, -0.3, 3], [2, 2], 'float64') };

it('distance, map and interpolation', async () => {
  const d2 = 0.9293118549677741 + 10;
  close(gaussianDistance2(a, b), [d2], 1e-14);
  const x = random(1).tensor('normal', [50, 2], 'float64');
  const fitted = await fitGaussian(x, 1e-300);
  const carried = await fitGaussian(gaussianMap(fitted, b)(x), 1e-300);
  close(carried.mean, b.mean, 1e-13);
  close(carried.covariance, b.covariance, 1e-13);
  const middle = gaussianGeodesic(a, b, 0.25);
  close(gaussianDistance2(a, middle), [d2 / 16], 1e-13);
  close(gaussianDistance2(middle, b), [(d2 * 9) / 16], 1e-13);
});

it('gradients in mean and covariance', () => {
  const f = (g: Gaussian): Tensor => gaussianDistance2(g, b);
  const gradient = grad(f)(a) as Gaussian;
  const d = tensor([1, 0.4, 0.4, -2], [2, 2], 'float64');
  close(gradient.covariance.mul(d).sum(), difference((covariance) => f({ ...a, covariance }), a.covariance, d), 1e-10);
  close(gradient.mean, a.mean.sub(b.mean).mul(2), 1e-14);
});

it('barycenter of two is the midpoint of the geodesic; of many it balances the maps', async () => {
  const both = (x: Tensor, y: Tensor): Tensor => tensor([...x.dataSync(), ...y.dataSync()], [2, ...x.shape], 'float64');
  const pair: Gaussian = { mean: both(a.mean, b.mean), covariance: both(a.covariance, b.covariance) };
  const { mean, covariance, variance, converged } = await gaussianBarycenter(pair, { weights: [3, 1] });
  const at = gaussianGeodesic(a, b, 0.25);
  close(mean, at.mean, 1e-14);
  close(covariance, at.covariance, 1e-11);
  close([variance], [0.75 * 0.25 * gaussianDistance2(a, b).item()], 1e-11);
  expect(converged).toBe(true);
});

it('refuses what does not fit', async () => {
  expect(() => gaussianDistance2({ ...a, mean: tensor([1], [1], 'float64') }, b)).toThrow(/a\.mean must be \[2\], got \[1\]/);
  const bad = matmul(a.covariance, a.covariance).neg().reshape([1, 2, 2]);
  await expect(gaussianBarycenter({ mean: a.mean.reshape([1, 2]), covariance: bad })).rejects.toThrow(/must be positive definite, got eigenvalue -/);
  await expect(fitGaussian(tensor([1, NaN, 2, 3], [2, 2], 'float64'))).rejects.toThrow(/must be finite, got NaN/);
});
