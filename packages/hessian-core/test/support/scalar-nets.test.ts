import { describe, expect, it } from 'vitest';
import { grad, random, type Tensor, tensor } from '@curv/tensor';
import { diagonalNet, gradientSteps, lossAndRows, reluNet, sgdSteps } from '../../src/support/scalar-nets.js';
import { relativeError, vector } from '../problems.js';

describe('nets with hand-written gradients', () => {
  it.each([
    ['diagonal', diagonalNet(6), (t: Tensor, x: Tensor) => t.slice([0], [6]).mul(t.slice([6], [12])).mul(x).sum()],
    ['relu', reluNet(6, 4), (t: Tensor, x: Tensor) => t.slice([4], [28]).reshape([4, 6]).matmul(x.reshape([6, 1])).reshape([4]).relu().mul(t.slice([0], [4])).sum()],
  ] as const)('%s: as by differentiation', (_name, net, f) => {
    const [theta, x] = [vector(net.size, 3), vector(6, 4)];
    const out = new Float64Array(net.size);
    const [t, xt] = [tensor(theta, [net.size], 'float64'), tensor(x, [6], 'float64')];
    expect(net.gradient(theta, x, out)).toBeCloseTo(f(t, xt).item(), 13);
    expect(relativeError(out, (grad(f)(t, xt) as Tensor).dataSync())).toBeLessThan(1e-14);
  });

  it('both methods fit a small problem', () => {
    const net = diagonalNet(4);
    const data = { x: [vector(4, 1), vector(4, 2)], y: [1, -1] };
    for (const method of ['sgd', 'gd'] as const) {
      const theta = vector(8, 5);
      if (method === 'sgd') sgdSteps(net, data, theta, 0.02, 20_000, random(0));
      else gradientSteps(net, data, theta, 0.05, 5000);
      expect(lossAndRows(net, data, theta).loss).toBeLessThan(1e-12);
    }
  });
});
