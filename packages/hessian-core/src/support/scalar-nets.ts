/** Two scalar nets with hand-written gradients: SGD takes a hundred thousand steps on single examples, where a compiled graph's call would cost more than its work. */
import { matrix, type Matrix } from '@curv/linalg';
import type { Random } from '@curv/tensor';

/** A scalar model of a flat parameter vector. */
export interface ScalarNet {
  readonly size: number;
  /** Writes ∂f/∂θ at θ and x into `out`, and gives f. */
  gradient(theta: Float64Array, x: Float64Array, out: Float64Array): number;
}

/** A regression problem. */
export interface Regression {
  readonly x: readonly Float64Array[];
  readonly y: readonly number[];
}

/** f = ⟨a ∘ b, x⟩ with θ = (a, b). */
export function diagonalNet(d: number): ScalarNet {
  return {
    size: 2 * d,
    gradient(theta, x, out) {
      let f = 0;
      for (let j = 0; j < d; j++) {
        const [a, b, xj] = [theta[j]!, theta[d + j]!, x[j]!];
        f += a * b * xj;
        out[j] = b * xj;
        out[d + j] = a * xj;
      }
      return f;
    },
  };
}

/** f = Σⱼ aⱼ relu(wⱼ · x) with θ = (a, w₁, …, w_m). */
export function reluNet(d: number, m: number): ScalarNet {
  return {
    size: m * (d + 1),
    gradient(theta, x, out) {
      let f = 0;
      for (let j = 0; j < m; j++) {
        const at = m + j * d;
        let z = 0;
        for (let i = 0; i < d; i++) z += theta[at + i]! * x[i]!;
        const [a, active] = [theta[j]!, z > 0];
        f += active ? a * z : 0;
        out[j] = active ? z : 0;
        for (let i = 0; i < d; i++) out[at + i] = active ? a * x[i]! : 0;
      }
      return f;
    },
  };
}

/** ‖gradient‖ above which a step is shortened. */
const CLIP = 50;

/** Steps of SGD on single examples of ½ (f − y)², in place. */
export function sgdSteps(net: ScalarNet, { x, y }: Regression, theta: Float64Array, rate: number, steps: number, stream: Random): void {
  const g = new Float64Array(net.size);
  for (let k = 0; k < steps; k++) {
    const i = stream.integer(x.length);
    const residual = net.gradient(theta, x[i]!, g) - y[i]!;
    let square = 0;
    for (let j = 0; j < g.length; j++) square += g[j]! * g[j]!;
    const size = Math.abs(residual) * Math.sqrt(square);
    const scale = rate * residual * (size > CLIP ? CLIP / size : 1);
    for (let j = 0; j < g.length; j++) theta[j]! -= scale * g[j]!;
  }
}

/** Steps of gradient descent on the mean of ½ (f − y)², in place. */
export function gradientSteps(net: ScalarNet, { x, y }: Regression, theta: Float64Array, rate: number, steps: number): void {
  const g = new Float64Array(net.size);
  const total = new Float64Array(net.size);
  for (let k = 0; k < steps; k++) {
    total.fill(0);
    for (let i = 0; i < x.length; i++) {
      const residual = net.gradient(theta, x[i]!, g) - y[i]!;
      for (let j = 0; j < g.length; j++) total[j]! += (residual * g[j]!) / x.length;
    }
    const size = Math.sqrt(total.reduce((sum, v) => sum + v * v, 0));
    const scale = rate * (size > CLIP ? CLIP / size : 1);
    for (let j = 0; j < g.length; j++) theta[j]! -= scale * total[j]!;
  }
}

/** Mean of ½ (f − y)², and the rows ∂f/∂θ. */
export function lossAndRows(net: ScalarNet, { x, y }: Regression, theta: Float64Array): { loss: number; rows: Matrix } {
  const rows = matrix(x.length, net.size);
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const residual = net.gradient(theta, x[i]!, rows.data.subarray(i * net.size, (i + 1) * net.size)) - y[i]!;
    loss += (0.5 * residual * residual) / x.length;
  }
  return { loss, rows };
}
