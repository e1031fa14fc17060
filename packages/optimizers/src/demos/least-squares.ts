/** A certified nonlinear fit by four methods. */
import { nist as load } from '@curv-internal/datasets';
import { breathe, type Ctx, type Frame, progress, type SeriesFrame } from '@curv/plugin';
import { tensor } from '@curv/tensor';
import type { Minimizer } from '../minimize/api.js';
import { minimize } from '../minimize/minimize.js';
import { gaussNewton } from '../minimize/methods/gauss-newton.js';
import { lbfgs } from '../minimize/methods/lbfgs.js';
import { levenbergMarquardt } from '../minimize/methods/levenberg-marquardt.js';
import { trustRegion } from '../minimize/methods/trust-region.js';
import { residualProblem } from '../minimize/residual-problem.js';
import { certifiedDigits, nist, type NistProblem } from '../zoo/nist.js';

/** The parameters of the demo. */
export interface LeastSquaresParams {
  readonly problem: string;
  readonly start: string;
  readonly iterations: number;
}

const METHODS: Readonly<Record<string, () => Minimizer>> = {
  'Levenberg-Marquardt': () => levenbergMarquardt(),
  'Gauss-Newton': () => gaussNewton(),
  'trust-region Newton': () => trustRegion(),
  'L-BFGS': () => lbfgs(),
};

const DATA = { figure: 'Data and fit', axes: { x: { label: 'predictor x' }, y: { label: 'response y' } } } as const;
const EXCESS = { figure: 'Sum of squares above the certified one, relative', axes: { x: { label: 'iteration' }, y: { label: 'excess ÷ certified', log: true } } } as const;

/** Where a run ends: the certified sums have eleven digits. */
const ENOUGH = 1e-9;

export async function* leastSquares({ problem: name, start, iterations }: LeastSquaresParams, { signal }: Ctx): AsyncGenerator<Frame> {
  const { residuals, minimum, certified, starts } = (await nist()).find((one) => one.name === `NIST ${name}`) as NistProblem;
  const { rows } = (await load()).find((one) => one.name === name)!;
  const order = [...rows.keys()].sort((i, j) => rows[i]![1]! - rows[j]![1]!);
  const x = order.map((i) => rows[i]![1]!);
  yield { kind: 'series', name: 'data', ...DATA, mark: 'dot', x, y: order.map((i) => rows[i]![0]!) };
  const from = starts[start === 'far' ? 0 : 1];
  const curve = async (label: string, b: ArrayLike<number>): Promise<SeriesFrame> => {
    const off = await residuals(tensor(Float64Array.from(b), [b.length])).data();
    return { kind: 'series', name: label, ...DATA, x, y: order.map((i) => rows[i]![0]! + off[i]!) };
  };
  const first = await curve('start', from);
  if (Array.from(first.y).every(Number.isFinite)) yield first;
  const values: Record<string, number> = {};
  for (const [i, [method, make]] of Object.entries(METHODS).entries()) {
    yield progress(i, 4, method);
    await breathe(signal);
    const oracle = residualProblem(residuals, tensor(Float64Array.from(from), [from.length]));
    const [steps, excess]: [number[], number[]] = [[0], [aboveOf(await oracle.value(Float64Array.from(from)), minimum)]];
    const found = await minimize(oracle, from, {
      method: make(), tolerance: 0, target: minimum * (1 + ENOUGH), maxIterations: iterations, signal,
      onIteration({ iteration, value }) {
        steps.push(iteration);
        excess.push(aboveOf(value, minimum));
      },
    });
    oracle.dispose();
    if (i === 0) yield await curve('fit by Levenberg-Marquardt', found.x);
    yield { kind: 'series', name: method, ...EXCESS, x: steps, y: excess };
    values[`iterations, ${method}`] = found.iterations;
    values[`digits of the parameters, ${method}`] = Math.max(0, certifiedDigits(found.x, certified));
  }
  yield { kind: 'metric', step: 0, values };
}

const aboveOf = (value: number, minimum: number): number => Math.max(value / minimum - 1, 1e-12);
