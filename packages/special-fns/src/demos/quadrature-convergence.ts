/** Errors of quadrature rules against the number of evaluations. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
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

const FIGURE = { figure: 'Error of the integral', axes: { x: { label: 'evaluations of the integrand', log: true }, y: { label: 'relative error', log: true } } } as const;
/** Errors below this are drawn at it. */
const FLOOR = 1e-17;
const ENOUGH = 1e-12;

export async function* quadratureConvergence({ integrand, points }: Values, { signal }: Ctx): AsyncIterable<Frame> {
  const { f, integral } = INTEGRANDS[integrand]!;
  const errorOf = (value: number): number => Math.max(FLOOR, Math.abs(value / integral - 1));
  const apply = ({ nodes, weights }: QuadratureRule): number => nodes.reduce((s, x, i) => s + weights[i]! * f(x), 0);
  const counts = Array.from({ length: points }, (_, i) => i + 2);
  const values: Record<string, number> = {};
  const draw = (name: string, x: readonly number[], y: readonly number[]): Frame => {
    const enough = y.findIndex((error) => error <= ENOUGH);
    if (enough >= 0) values[`evaluations to 1e-12, ${name}`] = x[enough]!;
    values[`least error, ${name}`] = Math.min(...y);
    return { kind: 'series', ...FIGURE, name, x, y };
  };
  for (const [name, rule] of [['Gauss-Legendre', gaussLegendre], ['Clenshaw-Curtis', (n: number) => clenshawCurtis(n - 1)]] as const) {
    await breathe(signal);
    yield draw(name, counts, counts.map((n) => errorOf(apply(rule(n)))));
  }
  await breathe(signal);
  const levels = Array.from({ length: 7 }, (_, i) => tanhSinh(f, -1, 1, { maxLevel: i + 1, tolerance: 0 }));
  yield draw('tanh-sinh', levels.map((r) => r.evaluations), levels.map((r) => errorOf(r.value)));
  yield { kind: 'metric', step: 0, values };
}
