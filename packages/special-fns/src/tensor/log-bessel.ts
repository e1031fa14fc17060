/**
 * Logarithms of modified Bessel functions as functions of tensors, of a fixed order. They are composed of primitives, so that any engine runs them and `compile`
 * and `vmap` see through them; their derivatives are the exact recurrences, to any order. Values are computed in the argument's dtype.
 */
import { arange, customDerivative, type Tensor } from '@curv/tensor';
import { logGamma } from '../gamma/log-gamma.js';
import { iRatioUniform, kRatioUniform, LEAST_ORDER, logIScaled, logIUniform, logKUniform } from './uniform.js';

function requireOrder(where: string, v: number): void {
  if (!(v >= 0 && v < Infinity)) throw new RangeError(`${where}: v must be a finite number of at least 0, got ${String(v)}`);
}

/**
 * 2(v+j+1)/x · I_{v+j+1}/I_{v+j}, j = count − 1, …, 0, which are 1 at x = 0: backward recurrence (DLMF 10.29.1) from an order where the uniform expansion
 * holds. Each is 1/(1 + s), and s is what is given.
 */
function excesses(v: number, x: Tensor, count: number): Tensor[] {
  const found: Tensor[] = [];
  const square = x.square();
  let ratio = iRatioUniform(v + count, x).mul(2 * (v + count + 1)).div(x);
  for (let j = count - 1; j >= 0; j--) {
    const excess = square.mul(ratio).mul(1 / (4 * (v + j + 1) * (v + j + 2)));
    ratio = excess.add(1).reciprocal();
    found.push(excess);
  }
  return found;
}

const stepsTo = (v: number, least: number): number => Math.max(least, Math.ceil(LEAST_ORDER - v));

/**
 * R_v(x) = I_{v+1}(x)/I_v(x) of every element of a tensor x > 0; order v ≥ 0 is a number. Derivative R′ = 1 − R² − (2v+1) R/x, exact to any order.
 * @throws RangeError unless v ≥ 0
 */
export function besselIRatio(v: number, x: Tensor): Tensor {
  requireOrder('besselIRatio', v);
  const value = (y: Tensor): Tensor => y.div(excesses(v, y, stepsTo(v, 2)).at(-1)!.add(1).mul(2 * (v + 1)));
  return customDerivative(value, {
    jvp: ([y], [dy], r) => dy.mul(r.square().neg().add(1).sub(r.mul(2 * v + 1).div(y))),
  })(x);
}

/**
 * log I_v(x) of every element of a tensor x > 0; order v ≥ 0 is a number. Derivative v/x + R_v(x) (DLMF 10.29.2). Below order 16 ratios of
 * neighbouring orders lead down from the uniform expansion, so that no branch depends on x. Error in float64 below 1e-14 relative to max(1, |log I|, v).
 * @throws RangeError unless v ≥ 0
 */
export function logBesselI(v: number, x: Tensor): Tensor {
  requireOrder('logBesselI', v);
  const steps = stepsTo(v, 0);
  const value = (y: Tensor): Tensor => {
    if (steps === 0) return logIUniform(v, y);
    const scaled = excesses(v, y, steps).reduce((log, excess) => log.add(excess.log1p()), logIScaled(v + steps, y));
    return y.log().sub(Math.LN2).mul(v).sub(logGamma(v + 1)).add(scaled);
  };
  return customDerivative(value, { jvp: ([y], [dy]) => dy.mul(besselIRatio(v, y).add(y.reciprocal().mul(v))) })(x);
}

/** Nodes of the trapezoidal rule below order 16. */
const NODES = 256;
/** What the integrand has fallen by, as a power of e, where the nodes end. */
const REACH = 46;

/** log K_v and K_{v+1}/K_v by the trapezoidal rule on DLMF 10.32.9, over an axis of nodes that is added at the end. */
function trapezoid(v: number, x: Tensor): { log: Tensor; ratio: Tensor } {
  const end = lastNode(v, x);
  const column = (y: Tensor): Tensor => y.reshape([...x.shape, 1]);
  const t = column(end).mul(arange(0, NODES, 1, x.dtype).div(NODES));
  const [up, down] = [t.mul(0.5).exp(), t.mul(-0.5).exp()];
  const half = up.sub(down).mul(0.5);
  const even = t.mul(-2 * v).exp();
  const phi = t.mul(v).sub(half.square().mul(2).mul(column(x)));
  const top = phi.max(-1);
  // The rule counts its first node, t = 0, by half.
  const weight = arange(0, NODES, 1, x.dtype).equal(0).cast(x.dtype).mul(-0.5).add(1);
  const part = phi.sub(column(top)).exp().mul(even.add(1)).mul(weight);
  const total = part.sum(-1);
  // cosh t + tanh(vt) sinh t
  const upper = half.square().mul(2).add(1).add(even.neg().add(1).div(even.add(1)).mul(t.sinh()));
  const log = total.mul(end).mul(0.5 / NODES).log().add(top).sub(x);
  return { log, ratio: part.mul(upper).sum(-1).div(total) };
}

/** T with x (cosh T − 1) − vT = REACH, by a fixed-point iteration that rises to it. */
function lastNode(v: number, x: Tensor): Tensor {
  const acosh1 = (y: Tensor): Tensor => y.add(y.mul(y.add(2)).sqrt()).log1p();
  let t = acosh1(x.reciprocal().mul(REACH));
  for (let k = 0; k < 5; k++) t = acosh1(t.mul(v).add(REACH).div(x));
  return t;
}

/**
 * K_{v+1}(x)/K_v(x) of every element of a tensor x > 0; order v ≥ 0 is a number. Derivative Q² − (2v+1) Q/x − 1, exact to any order.
 * @throws RangeError unless v ≥ 0
 */
export function besselKRatio(v: number, x: Tensor): Tensor {
  requireOrder('besselKRatio', v);
  const value = (y: Tensor): Tensor => (v >= LEAST_ORDER ? kRatioUniform(v, y) : trapezoid(v, y).ratio);
  return customDerivative(value, { jvp: ([y], [dy], q) => dy.mul(q.square().sub(1).sub(q.mul(2 * v + 1).div(y))) })(x);
}

/**
 * log K_v(x) of every element of a tensor x > 0; order v ≥ 0 is a number. Derivative v/x − K_{v+1}/K_v. From order 16 on the uniform expansion, below it the
 * trapezoidal rule with 256 nodes along a new axis (x ≥ 1e-12). Error in float64 below 1e-14 relative to max(1, |log K|, v).
 * @throws RangeError unless v ≥ 0
 */
export function logBesselK(v: number, x: Tensor): Tensor {
  requireOrder('logBesselK', v);
  const value = (y: Tensor): Tensor => (v >= LEAST_ORDER ? logKUniform(v, y) : trapezoid(v, y).log);
  return customDerivative(value, { jvp: ([y], [dy]) => dy.mul(y.reciprocal().mul(v).sub(besselKRatio(v, y))) })(x);
}
