/** Classical test functions (J. J. Moré, B. S. Garbow and K. E. Hillstrom, ACM TOMS 7, 1981, unless said otherwise). */
import type { Tensor } from '@curv/tensor';
import type { ZooProblem } from './api.js';

const entry = (x: Tensor, i: number): Tensor => x.slice([i], [i + 1]);
const entries = (x: Tensor): Tensor[] => Array.from({ length: x.size }, (_, i) => entry(x, i));
/** Σ r². */
const squares = (...residuals: readonly Tensor[]): Tensor => residuals.map((r) => r.square()).reduce((a, b) => a.add(b)).sum();

/** ½ Σ cᵢ xᵢ², c from 1 to κ geometrically. */
function bowl(dimension: number, condition: number): ZooProblem {
  const f = (x: Tensor): Tensor => {
    const weights = Array.from({ length: dimension }, (_, i) => condition ** (i / Math.max(1, dimension - 1)));
    return weights.map((c, i) => entry(x, i).square().mul(c / 2)).reduce((a, b) => a.add(b)).sum();
  };
  return { name: `bowl ${dimension}`, f, start: new Array<number>(dimension).fill(1), minimum: 0, reference: 'closed form' };
}

/** Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)² (Rosenbrock 1960; chained). */
function rosenbrock(dimension: number): ZooProblem {
  const f = (x: Tensor): Tensor => {
    const head = x.slice([0], [dimension - 1]);
    const tail = x.slice([1], [dimension]);
    return tail.sub(head.square()).square().mul(100).add(head.sub(1).square()).sum();
  };
  return { name: `Rosenbrock ${dimension}`, f, start: Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? -1.2 : 1)), minimum: 0, reference: 'problem 1, chained' };
}

const beale: ZooProblem = {
  name: 'Beale',
  f(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    const r = (k: number, c: number): Tensor => a.mul(b.pow(k).neg().add(1)).sub(c);
    return squares(r(1, 1.5), r(2, 2.25), r(3, 2.625));
  },
  start: [1, 1],
  minimum: 0,
  reference: 'problem 5',
};

const himmelblau: ZooProblem = {
  name: 'Himmelblau',
  f(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    return squares(a.square().add(b).sub(11), a.add(b.square()).sub(7));
  },
  start: [0, 0],
  minimum: 0,
  reference: 'Himmelblau 1972',
};

const powell: ZooProblem = {
  name: 'Powell singular',
  f(x) {
    const [a, b, c, d] = entries(x) as [Tensor, Tensor, Tensor, Tensor];
    const flat = b.sub(c.mul(2)).square().square().add(a.sub(d).square().square().mul(10)).sum();
    return squares(a.add(b.mul(10))).add(c.sub(d).square().mul(5).sum()).add(flat);
  },
  start: [3, -1, 0, 1],
  minimum: 0,
  reference: 'problem 13',
};

const brown: ZooProblem = {
  name: 'Brown badly scaled',
  f(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    return squares(a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2));
  },
  start: [1, 1],
  minimum: 0,
  reference: 'problem 4',
};

const wood: ZooProblem = {
  name: 'Wood',
  f(x) {
    const [a, b, c, d] = entries(x) as [Tensor, Tensor, Tensor, Tensor];
    const valley = b.sub(a.square()).square().mul(100).add(d.sub(c.square()).square().mul(90)).sum();
    const rest = b.add(d).sub(2).square().mul(10).add(b.sub(d).square().mul(0.1)).sum();
    return valley.add(squares(a.sub(1), c.sub(1))).add(rest);
  },
  start: [-3, -1, -3, -1],
  minimum: 0,
  reference: 'problem 14',
};

/** The problems of the zoo that are functions of a few variables, and Rosenbrock's in many. */
export const classical: readonly ZooProblem[] = [bowl(10, 1e4), rosenbrock(2), rosenbrock(10), rosenbrock(100), rosenbrock(1000), beale, himmelblau, powell, brown, wood];
