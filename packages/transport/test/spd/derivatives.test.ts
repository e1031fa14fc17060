/** Derivatives of matrix functions against differences, with the eigenvalues apart, near each other, and equal. */
import { grad, hvp, matmul, random, type Tensor, tensor } from '@curv/tensor';
import { describe, it } from 'vitest';
import { matrixExp, matrixInverseSqrt, matrixLog, matrixPower, matrixSqrt, raiseEigenvalues, solveLyapunov } from '../../src/spd/matrix-functions.js';
import { transportFromIdentity, transportToIdentity } from '../../src/spd/transport.js';
import { close, difference, spdWith, symmetric } from './helpers.js';

const spectra = { apart: [0.3, 1.1, 2.5, 4], near: [0.7, 0.7 + 1e-9, 1.2, 1.2003], equal: [0.8, 0.8, 2, 2], identity: [1, 1, 1, 1] } as const;

const functions: Record<string, (a: Tensor) => Tensor> = {
  sqrt: matrixSqrt,
  'inverse sqrt': matrixInverseSqrt,
  'power 1.5': (a) => matrixPower(a, 1.5),
  'power −1': (a) => matrixPower(a, -1),
  log: (a) => matrixLog(a),
  exp: matrixExp,
  'log above 0.05': (a) => matrixLog(a, 0.05),
  'raise to 0.05': (a) => raiseEigenvalues(a, 0.05),
  lyapunov: (a) => solveLyapunov(a, symmetric(4, 5)),
  'from identity': (a) => transportFromIdentity(a, symmetric(4, 5)),
  'from identity, batched': (a) => transportFromIdentity(a, tensor([...symmetric(4, 5).dataSync(), ...symmetric(4, 6).dataSync()], [2, 4, 4], 'float64')).sum([0]),
  'to identity': (a) => transportToIdentity(a, symmetric(4, 5)),
};

describe.each(Object.keys(spectra) as (keyof typeof spectra)[])('eigenvalues %s', (name) => {
  const a = spdWith(spectra[name], 3);
  it.each(Object.keys(functions))('%s: gradient and Hessian-vector product', (key) => {
    const weights = random(9).tensor('normal', [4, 4], 'float64');
    const value = (x: Tensor): Tensor => {
      const y = functions[key]!(x);
      return y.mul(weights).sum().add(matmul(y, y).mul(weights).sum());
    };
    const d = symmetric(4, 7);
    const gradient = grad(value) as (x: Tensor) => Tensor;
    close(gradient(a).mul(d).sum(), difference(value, a, d), 1e-8);
    close(hvp(value)(a, d) as Tensor, difference(gradient, a, d), 1e-7);
  });
});
