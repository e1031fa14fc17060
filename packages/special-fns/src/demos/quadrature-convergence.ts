/** Errors of quadrature rules against the number of evaluations. */
import type { Ctx, Frame } from '@curv/plugin';
import type { QuadratureRule } from '../quadrature/api.js';
import { clenshawCurtis } from '../quadrature/clenshaw-curtis.js';
import { gaussLegendre } from '../quadrature/gauss-legendre.js';
import { tanhSinh } from '../quadrature/tanh-sinh.js';

interface Values {
  readonly integrand: string;
  readonly points: number;
}

/** Functions on [−1, 1] with their integrals. */
const INTEGRANDS: Readonly<Record<string, { f: (x: number) => number; integral: number }>> = {
  entire: { f: (x) => Math.exp(x), integral: 2 * Math.sinh(1) },
  peak: { f: (x) => 1 / (1 + 25 * x * x), integral: 0.4 * Math.atan(5) },
  kink: { f: (x) => Math.abs(x - 0.3), integral: (1.3 ** 2 + 0.7 ** 2) / 2 },
  root: { f: (x) => Math.sqrt(1 - x * x), integral: Math.PI / 2 },
};

export async function* quadratureConvergence({ integrand, points }: Values, { signal }: Ctx): AsyncIterable<Frame> {
  const { f, integral } = INTEGRANDS[integrand]!;
  const digits = (value: number): number => Math.log10(Math.max(1e-17, Math.abs(value / integral - 1)));
  const apply = ({ nodes, weights }: QuadratureRule): number => nodes.reduce((s, x, i) => s + weights[i]! * f(x), 0);
  const place = { figure: 'log10 error', axes: { x: { label: 'evaluations', log: true } } };
  const counts = Array.from({ length: points }, (_, i) => i + 2);
  for (const [name, rule] of [['Gauss-Legendre', gaussLegendre], ['Clenshaw-Curtis', (n: number) => clenshawCurtis(n - 1)]] as const) {
    signal.throwIfAborted();
    yield { kind: 'series', ...place, name: `${name}: log10 error`, x: counts, y: counts.map((n) => digits(apply(rule(n)))) };
  }
  signal.throwIfAborted();
  const levels = Array.from({ length: 8 }, (_, i) => tanhSinh(f, -1, 1, { maxLevel: i + 1, tolerance: 0 }));
  yield { kind: 'series', ...place, name: 'tanh-sinh: log10 error', x: levels.map((r) => r.evaluations), y: levels.map((r) => digits(r.value)) };
}
