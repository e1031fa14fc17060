/** Maps over order and argument: which expression computes log I and log K, and how well the two satisfy their Wronskian. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { logI } from '../log-bessel/log-bessel-i.js';
import { logK } from '../log-bessel/log-bessel-k.js';
import { expressionIndex } from '../log-bessel/select-expression.js';

interface Values {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** |log((I_v K_{v+1} + I_{v+1} K_v) x)|, which is 0 (DLMF 10.28.2), relative to the logarithms that go into it. */
function wronskianError(v: number, x: number): number {
  const [a, b] = [logI(v, x) + logK(v + 1, x), logI(v + 1, x) + logK(v, x)];
  const top = Math.max(a, b);
  const residual = top + Math.log(Math.exp(a - top) + Math.exp(b - top)) + Math.log(x);
  return Math.abs(residual) / Math.max(1, Math.abs(logI(v, x)));
}

export async function* logBesselMaps({ size, from, to }: Values, { signal }: Ctx): AsyncIterable<Frame> {
  const at = (i: number): number => 10 ** (from + ((to - from) * i) / (size - 1));
  const expression = new Float64Array(size * size);
  const error = new Float64Array(size * size);
  let worst = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [v, x] = [at(size - 1 - row), at(column)];
      const e = wronskianError(v, x);
      expression[row * size + column] = expressionIndex(v, x);
      error[row * size + column] = Math.log10(Math.max(e, 1e-17));
      worst = Math.max(worst, e);
    }
    if (row % 8 === 0) yield progress(row + 1, size, `row ${row + 1} of ${size}`);
    await breathe(signal);
  }
  const place = { axes: { x: { label: 'log₁₀ of the argument x' }, y: { label: 'log₁₀ of the order v' } }, x: [from, to], y: [to, from], width: size, height: size } as const;
  yield { kind: 'grid', name: 'Expression: 0 μ₃, 1 μ₂₀, 2 U₄, 3 U₆, 4 U₉, 5 U₁₃, 6 series and integrals', ...place, z: expression };
  signal.throwIfAborted();
  yield { kind: 'grid', name: 'log₁₀ of the relative error of the Wronskian', ...place, z: error };
  yield { kind: 'metric', step: 1, values: { 'largest relative error': worst } };
}
