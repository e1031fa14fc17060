/** The spec's reference values: computed with SciPy's `sqrtm` and `solve_sylvester`. */
import { eye, grad, hvp, matmul, type Tensor, tensor, vmap } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { affineInvariant } from '../../src/spd/affine-invariant.js';
import type { SpdMetric } from '../../src/spd/api.js';
import { bures, buresMap, buresTransport } from '../../src/spd/bures.js';
import { generalizedBures } from '../../src/spd/generalized-bures.js';
import { logEuclidean } from '../../src/spd/log-euclidean.js';
import { matrixExp } from '../../src/spd/matrix-functions.js';
import { close, difference, spdWith, symmetric } from './helpers.js';

const two = (a: number, b: number, c: number): Tensor => tensor([a, b, b, c], [2, 2], 'float64');
const p = two(2, 0.5, 1);
const q = two(1, -0.3, 3);
const m = two(1.5, 0.2, 0.8);
const unit = eye(2, 'float64');

describe('Bures-Wasserstein', () => {
  it('reference values', () => {
    const log = bures.log(p, q);
    close(bures.distance2(p, q), [0.9293118549677741], 1e-14);
    close(log, two(-1.2941078697050736, -0.6376028635566948, 1.3647960147372995), 1e-14);
    close(bures.exp(p, log), q, 1e-14);
    close(bures.inner(p, log, log), [0.9293118549677741], 1e-14);
    const moved = buresTransport(p, unit, log);
    close(moved, two(-0.8267059488710788, -0.6064558385642282, 1.5159905427524873), 1e-14);
    close(bures.inner(unit, moved, moved), [0.9293118549677741], 1e-14);
    close(buresTransport(unit, p, moved), log, 1e-14);
  });

  it('generalized and power-deformed', () => {
    // measured 1.9e-14: d² is a difference of traces up to ten times as large
    close(generalizedBures({ metric: m }).distance2(p, q), [1.0802159453871045], 5e-14);
    close(generalizedBures({ power: 0.5 }).distance2(p, q), [0.736495416329582], 5e-14);
    close(generalizedBures({ power: 1.5 }).distance2(p, q), [1.189417909426085], 5e-14);
  });

  it('identities', () => {
    // commuting matrices: Σ (√p − √q)²
    const [a, b] = [spdWith([1, 4, 9], 5), spdWith([2.25, 0.25, 16], 5)];
    close(bures.distance2(a, b), [0.5 ** 2 + 1.5 ** 2 + 1], 1e-13);
    close(bures.distance2(p.mul(7), q.mul(7)), bures.distance2(p, q).mul(7), 1e-13);
    close(matmul(buresMap(p, q), matmul(p, buresMap(p, q))), q, 1e-14);
    // semidefinite matrices
    close(bures.distance2(two(1, 0, 0), two(0, 0, 4)), [5], 1e-15);
    // towards ‖log P − log Q‖/2 as the power falls
    close(logEuclidean.distance2(p, q).sqrt().div(2), [0.7694242522658616], 1e-14);
    // measured 8e-8: of traces of 2, a difference of 6e-9
    close(generalizedBures({ power: 1e-4 }).distance2(p, q).sqrt(), [0.76944056], 2e-7);
    // M = P makes it a quarter of the affine-invariant metric at P
    const v = symmetric(2, 1);
    close(generalizedBures({ metric: p }).inner(p, v, v).mul(4), affineInvariant.inner(p, v, v), 1e-13);
  });
});

const metrics: Record<string, SpdMetric> = { bures, generalized: generalizedBures({ metric: m, power: 0.5 }), 'power 1.5': generalizedBures({ power: 1.5 }), affineInvariant, logEuclidean };

describe.each(Object.entries(metrics))('%s', (_, metric) => {
  it('Log and Exp are inverse, Log is as long as the distance, and geodesics divide it', () => {
    const log = metric.log(p, q);
    const d2 = metric.distance2(p, q);
    close(metric.exp(p, log), q, 1e-12);
    close(metric.inner(p, log, log), d2, 1e-12);
    close(metric.exp(p, log.mul(0.3)), metric.geodesic(p, q, 0.3), 1e-12);
    close(metric.distance2(p, metric.geodesic(p, q, 0.3)), d2.mul(0.09), 1e-12);
    // grad ½ d²(·, Q) = −Log(Q)
    const v = symmetric(2, 8);
    const gradient = grad((x: Tensor) => metric.distance2(x, q).mul(0.5))(p) as Tensor;
    close(gradient.mul(v).sum(), metric.inner(p, log, v).neg(), 1e-11);
  });

  it('takes batches, and one matrix beside a batch', () => {
    const xs = tensor([...p.dataSync(), ...q.dataSync(), ...m.dataSync()], [3, 2, 2], 'float64');
    const each = (f: (x: Tensor) => Tensor): number[] => [p, q, m].flatMap((x) => [...f(x).dataSync()]);
    close(metric.distance2(xs, q), each((x) => metric.distance2(x, q)), 1e-13);
    close(metric.log(q, xs), each((x) => metric.log(q, x)), 1e-13);
    const back = metric.exp(xs, metric.log(xs, q));
    close(back, each(() => q), 1e-12);
  });

  it('vectorizes: gradients of many distances at once', () => {
    const xs = tensor([...p.dataSync(), ...unit.dataSync()], [2, 2, 2], 'float64');
    const slope = grad((x: Tensor) => metric.distance2(x, q).add(metric.inner(x, q, q))) as (x: Tensor) => Tensor;
    close(vmap(slope)(xs), [...slope(p).dataSync(), ...slope(unit).dataSync()], 1e-12);
  });

  it('second derivatives of the distance, at I too', () => {
    // ½ d² at its minimum has the metric for Hessian: quadratic in Log
    const d = symmetric(2, 4);
    for (const x of [p, unit]) {
      const f = (y: Tensor): Tensor => metric.distance2(y, matrixExp(y.sub(x).mul(0.5)).add(unit));
      close(hvp(f)(x, d) as Tensor, difference(grad(f) as (y: Tensor) => Tensor, x, d), 1e-9);
    }
  });
});

it('refuses shapes and powers that do not fit', () => {
  expect(() => bures.distance2(p, eye(3, 'float64'))).toThrow(/bures\.distance2: expected matrices of one order.*\[2, 2\] and \[3, 3\]/);
  expect(() => bures.log(tensor([1, 2], [2], 'float64'), p)).toThrow(/square matrices/);
  expect(() => generalizedBures({ power: 0 })).toThrow(/power must be a finite number other than 0/);
});
