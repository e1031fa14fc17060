/** Classical problems as sums of squares (J. J. Moré, B. S. Garbow and K. E. Hillstrom, ACM TOMS 7, 1981): residuals with ½ ‖r‖² = f of `classical.ts`, and two that are banded. */
import { concat, type Tensor, tensor } from '@curv/tensor';
import type { ResidualZooProblem } from './api.js';

const entry = (x: Tensor, i: number): Tensor => x.slice([i], [i + 1]);
const entries = (x: Tensor): Tensor[] => Array.from({ length: x.size }, (_, i) => entry(x, i));
/** √2 r, so that half the square is r². */
const doubled = (...residuals: readonly Tensor[]): Tensor => concat([...residuals]).mul(Math.SQRT2);

const rosenbrock = (x: Tensor): Tensor => {
  const [head, tail] = [x.slice([0], [x.size - 1]), x.slice([1], [x.size])];
  return doubled(tail.sub(head.square()).mul(10), head.neg().add(1));
};

/** By the name of the problem in `classical.ts`. */
export const classicalResiduals: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'Rosenbrock 2': rosenbrock,
  'Rosenbrock 10': rosenbrock,
  'Rosenbrock 100': rosenbrock,
  Beale(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    return doubled(...([[1, 1.5], [2, 2.25], [3, 2.625]] as const).map(([k, c]) => a.mul(b.pow(k).neg().add(1)).sub(c)));
  },
  Himmelblau(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    return doubled(a.square().add(b).sub(11), a.add(b.square()).sub(7));
  },
  'Powell singular'(x) {
    const [a, b, c, d] = entries(x) as [Tensor, Tensor, Tensor, Tensor];
    return doubled(a.add(b.mul(10)), c.sub(d).mul(Math.sqrt(5)), b.sub(c.mul(2)).square(), a.sub(d).square().mul(Math.sqrt(10)));
  },
  'Brown badly scaled'(x) {
    const [a, b] = entries(x) as [Tensor, Tensor];
    return doubled(a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2));
  },
  Wood(x) {
    const [a, b, c, d] = entries(x) as [Tensor, Tensor, Tensor, Tensor];
    const valleys = [b.sub(a.square()).mul(10), a.neg().add(1), d.sub(c.square()).mul(Math.sqrt(90)), c.neg().add(1)];
    return doubled(...valleys, b.add(d).sub(2).mul(Math.sqrt(10)), b.sub(d).mul(Math.sqrt(0.1)));
  },
};

/** x_{i−1} and x_{i+1} with zeros beyond the ends. */
function neighbours(x: Tensor): [Tensor, Tensor] {
  const zero = tensor([0], [1], 'float64');
  return [concat([zero, x.slice([0], [x.size - 1])]), concat([x.slice([1], [x.size]), zero])];
}

/** 2 x_i − x_{i−1} − x_{i+1} + h² (x_i + t_i + 1)³ / 2 on n inner points (problem 28). */
export function boundaryValue(n: number): ResidualZooProblem {
  const h = 1 / (n + 1);
  const t = tensor(Float64Array.from({ length: n }, (_, i) => (i + 1) * h), [n]);
  const residuals = (x: Tensor): Tensor => {
    const [before, after] = neighbours(x);
    return x.mul(2).sub(before).sub(after).add(x.add(t).add(1).pow(3).mul((h * h) / 2));
  };
  return { name: `boundary value ${n}`, residuals, start: Array.from({ length: n }, (_, i) => (i + 1) * h * ((i + 1) * h - 1)), minimum: 0, reference: 'problem 28', bandwidth: 2 };
}

/** (3 − 2 x_i) x_i − x_{i−1} − 2 x_{i+1} + 1 (problem 30). */
export function broydenTridiagonal(n: number): ResidualZooProblem {
  const residuals = (x: Tensor): Tensor => {
    const [before, after] = neighbours(x);
    return x.mul(x.mul(-2).add(3)).sub(before).sub(after.mul(2)).add(1);
  };
  return { name: `Broyden tridiagonal ${n}`, residuals, start: new Array<number>(n).fill(-1), minimum: 0, reference: 'problem 30', bandwidth: 2 };
}
