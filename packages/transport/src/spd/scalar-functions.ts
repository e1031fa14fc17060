/** Functions of one eigenvalue with their divided differences in forms without cancellation. */
import { greater, maximum, minimum, select, type Tensor } from '@curv/tensor';
import type { Kernel } from './operator-integral.js';

/** f, f[a, b] = (f(a) − f(b))/(a − b) and f[a, b, c], with their limits at equal arguments. */
export interface ScalarFunction {
  value(a: Tensor): Tensor;
  difference(a: Tensor, b: Tensor): Tensor;
  second(a: Tensor, b: Tensor, c: Tensor): Tensor;
}

/** An analytic function near a point: f(c + u·unit) = scale(c) Σ coefficientₘ uᵐ with f[c + …] in units of `unit`. */
interface Expansion {
  /** unit(c): 1, or c where the function is homogeneous. */
  unit(c: Tensor): Tensor;
  scale(c: Tensor): Tensor;
  coefficient(order: number): number;
}

/** Arguments within this part of the unit are near each other. */
const NEAR = 0.1;
/** The first term left out is below 1e-17 of the sum: 0.1¹⁷ times at most 170 products. */
const TERMS = 18;

const isZero = (x: Tensor): Tensor => greater(Number.MIN_VALUE, x.abs());

/** x in place of 0. */
const nonZero = (x: Tensor): Tensor => select(isZero(x), 1, x, x.dtype);

/** sinh(t x) / sinh(x), t at 0. */
function sinhRatio(t: number, x: Tensor): Tensor {
  const safe = nonZero(x);
  return select(isZero(x), t, safe.mul(t).sinh().div(safe.sinh()), x.dtype);
}

/** sinh(x) / x, 1 at 0. */
function sinhc(x: Tensor): Tensor {
  const safe = nonZero(x);
  return select(isZero(x), 1, safe.sinh().div(safe), x.dtype);
}

/** Σ_{m ≥ 2} coefficientₘ h_{m−2}(u, v, w) with u + v + w = 0; h are the complete homogeneous polynomials, h_k = −e₂ h_{k−2} + e₃ h_{k−3}. */
function taylor({ coefficient }: Expansion, u: Tensor, v: Tensor, w: Tensor): Tensor {
  const e2 = u.mul(v).add(v.mul(w)).add(u.mul(w)).neg();
  const e3 = u.mul(v).mul(w);
  const one = e2.mul(0).add(1);
  // h₋₂ = h₋₁ = 0, h₀ = 1
  let recent: [Tensor, Tensor, Tensor] = [e2.mul(0), e2.mul(0), one];
  let sum = one.mul(coefficient(2));
  for (let order = 3; order < TERMS; order++) {
    const next = recent[1].mul(e2).add(recent[0].mul(e3));
    sum = sum.add(next.mul(coefficient(order)));
    recent = [recent[1], recent[2], next];
  }
  return sum;
}

/** f[a, b, c]: of the widest pair of arguments where they are apart, else by Taylor's series about their mean. */
function secondDifference(difference: ScalarFunction['difference'], series: Expansion | null): ScalarFunction['second'] {
  return (a, b, c) => {
    const x = minimum(minimum(a, b), c);
    const z = maximum(maximum(a, b), c);
    const y = maximum(minimum(a, b), minimum(maximum(a, b), c));
    const gap = z.sub(x);
    const direct = (safe: Tensor): Tensor => difference(y, z).sub(difference(x, y)).div(safe);
    if (series === null) return select(isZero(gap), 0, direct(nonZero(gap)), a.dtype);
    const mean = a.add(b).add(c).div(3);
    const unit = series.unit(mean);
    const near = greater(unit.mul(NEAR), gap);
    const [u, v] = [a.sub(mean).div(unit), b.sub(mean).div(unit)];
    const close = series.scale(mean).div(unit.square()).mul(taylor(series, u, v, u.add(v).neg()));
    return select(near, close, direct(select(near, 1, gap, gap.dtype)));
  };
}

/** x^p on x > 0. */
export function power(p: number): ScalarFunction {
  // with m = √(ab), x = ½ log(a/b): (aᵖ − bᵖ)/(a − b) = mᵖ⁻¹ sinh(p x)/sinh(x)
  const difference = (a: Tensor, b: Tensor): Tensor => a.mul(b).pow((p - 1) / 2).mul(sinhRatio(p, a.div(b).log().mul(0.5)));
  const binomial = (order: number): number => Array.from({ length: order }, (_, i) => (p - i) / (i + 1)).reduce((x, y) => x * y, 1);
  const series: Expansion = { unit: (c) => c, scale: (c) => c.pow(p), coefficient: binomial };
  return { value: (a) => a.pow(p), difference, second: secondDifference(difference, series) };
}

/** log x on x > 0. */
export const logarithm: ScalarFunction = (() => {
  // with x = ½ log(a/b): log(a/b)/(a − b) = x / (√(ab) sinh x)
  const difference = (a: Tensor, b: Tensor): Tensor => a.mul(b).rsqrt().div(sinhc(a.div(b).log().mul(0.5)));
  const series: Expansion = { unit: (c) => c, scale: (c) => c.mul(0).add(1), coefficient: (order) => (order % 2 === 0 ? -1 : 1) / order };
  return { value: (a: Tensor) => a.log(), difference, second: secondDifference(difference, series) };
})();

/** eˣ. */
export const exponential: ScalarFunction = (() => {
  const difference = (a: Tensor, b: Tensor): Tensor => a.add(b).mul(0.5).exp().mul(sinhc(a.sub(b).mul(0.5)));
  const factorial = (order: number): number => (order <= 1 ? 1 : order * factorial(order - 1));
  const series: Expansion = { unit: (c) => c.mul(0).add(1), scale: (c) => c.exp(), coefficient: (order) => 1 / factorial(order) };
  return { value: (a: Tensor) => a.exp(), difference, second: secondDifference(difference, series) };
})();

/** max(x, floor), with derivative 0 at the floor. */
export function rectifier(floor: number): ScalarFunction {
  const difference = (a: Tensor, b: Tensor): Tensor => {
    const gap = a.sub(b);
    const slope = a.maximum(floor).sub(b.maximum(floor)).div(nonZero(gap));
    return select(isZero(gap), select(greater(a, floor), 1, 0, a.dtype), slope);
  };
  return { value: (a) => a.maximum(floor), difference, second: secondDifference(difference, null) };
}

/** f(g(x)). */
export function composed(f: ScalarFunction, g: ScalarFunction): ScalarFunction {
  return {
    value: (a) => f.value(g.value(a)),
    difference: (a, b) => f.difference(g.value(a), g.value(b)).mul(g.difference(a, b)),
    second: (a, b, c) => {
      const [ga, gb, gc] = [g.value(a), g.value(b), g.value(c)];
      const outer = f.second(ga, gb, gc).mul(g.difference(a, b)).mul(g.difference(a, c));
      return f.difference(gb, gc).mul(g.second(a, b, c)).add(outer);
    },
  };
}

/** The kernels of f(A), Df(A) and D²f(A). */
export function kernelOf(f: ScalarFunction): Kernel {
  const second: Kernel = { arity: 3, at: ([a, b, c]) => f.second(a!, b!, c!), difference: () => null };
  const first: Kernel = { arity: 2, at: ([a, b]) => f.difference(a!, b!), difference: () => second };
  return { arity: 1, at: ([a]) => f.value(a!), difference: () => first };
}
