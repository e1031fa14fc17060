/** Several optimizers from one start on a surface of two variables. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { grad, hvp, random, tensor, type Tensor, vmap } from '@curv/tensor';
import type { Optimizer, Oracles, Params } from '../api.js';
import { adaHessian } from '../methods/ada-hessian.js';
import { adam } from '../methods/adam.js';
import { sgd } from '../methods/sgd.js';
import { sophiaH } from '../methods/sophia.js';

interface Surface {
  /** [2] → scalar. */
  readonly f: (x: Tensor) => Tensor;
  readonly start: readonly [number, number];
  readonly box: readonly [number, number, number, number];
}

const at = (x: Tensor, i: number): Tensor => x.slice([i], [i + 1]);

const surfaces: Readonly<Record<string, Surface>> = {
  rosenbrock: { f: (x) => at(x, 0).sub(1).square().add(at(x, 1).sub(at(x, 0).square()).square().mul(100)).sum(), start: [-1.2, 1], box: [-1.6, 1.6, -0.6, 1.6] },
  // Sharp in one variable and flat in the other (Liu et al. 2023, arXiv:2305.14342, section 2).
  sophia: {
    f: (x) => at(x, 0).sub(1).square().mul(at(x, 0).square().mul(1.3).add(at(x, 0).mul(2)).add(1)).mul(8).add(at(x, 1).sub(4).square().mul(0.5)).sum(),
    start: [0.2, 0],
    box: [-0.6, 1.6, -0.5, 6.5],
  },
  bowl: { f: (x) => at(x, 0).square().add(at(x, 1).square().mul(100)).mul(0.5).sum(), start: [1, 1], box: [-1.2, 1.2, -1.2, 1.2] },
};

const methods = (rate: number): Readonly<Record<string, Optimizer>> => ({
  'gradient descent': sgd({ learningRate: rate / 100 }),
  Adam: adam({ learningRate: rate }),
  'Sophia-H': sophiaH({ learningRate: rate, interval: 1, beta1: 0, beta2: 0, gamma: 1, clip: 0.3, weightDecay: 0 }),
  AdaHessian: adaHessian({ learningRate: rate, blocks: 'none' }),
});

/** Values below this are drawn at it. */
const LEAST = 1e-16;

/** The parameters of the demo. */
export interface RaceParams {
  readonly surface: string;
  readonly steps: number;
  readonly rate: number;
}

export async function* race({ surface, steps, rate }: RaceParams, { signal, rng }: Ctx): AsyncGenerator<Frame> {
  const { f, start, box } = surfaces[surface]!;
  const [left, right, bottom, top] = box;
  const map = { figure: 'Paths', axes: { x: { label: 'x₁' }, y: { label: 'x₂' } } };
  yield { kind: 'grid', name: 'log₁₀(1 + f)', ...map, x: [left, right], y: [bottom, top], ...heights(f, box) };
  const loss = ({ x }: { x: Tensor }): Tensor => f(x);
  const final: Record<string, number> = {};
  for (const [name, method] of Object.entries(methods(rate))) {
    const seed = Math.floor(random(rng.seed).fork(name).uniform() * 2 ** 31);
    let params: Params = { x: tensor([...start], [2], 'float64') };
    let state = method.init(params, { seed });
    const path: (readonly number[])[] = [[...start]];
    const values = [f((params as { x: Tensor }).x).item()];
    for (let step = 1; step <= steps; step++) {
      const here = params;
      const oracles: Oracles = { hvp: (v) => hvp(loss)(here, v) as Params };
      ({ params, state } = method.update(grad(loss)(params) as Params, state, params, oracles));
      const { x } = params as { x: Tensor };
      path.push([...x.dataSync()]);
      values.push(f(x).item());
      if (!Number.isFinite(values[step]!)) break;
      if (step % 20 === 0) yield progress(Object.keys(final).length * steps + step, 4 * steps, name);
      await breathe(signal);
    }
    final[name] = values[values.length - 1]!;
    const shown = values.filter(Number.isFinite);
    yield { kind: 'series', name, ...map, x: path.slice(0, shown.length).map((p) => p[0]!), y: path.slice(0, shown.length).map((p) => p[1]!) };
    yield { kind: 'series', name, figure: 'Value', axes: { x: { label: 'step' }, y: { label: 'f', log: true } }, x: shown.map((_, i) => i), y: shown.map((v) => Math.max(v, LEAST)) };
  }
  const finite = Object.fromEntries(Object.entries(final).filter(([, v]) => Number.isFinite(v)));
  yield { kind: 'metric', step: steps, values: finite };
}

function heights(f: (x: Tensor) => Tensor, [left, right, bottom, top]: Surface['box'], n = 96): { width: number; height: number; z: Float64Array } {
  const points = Float64Array.from({ length: 2 * n * n }, (_, k) => {
    const at = k >> 1;
    return k % 2 === 0 ? left + ((right - left) * (at % n)) / (n - 1) : bottom + ((top - bottom) * Math.floor(at / n)) / (n - 1);
  });
  const values = vmap(f)(tensor(points, [n * n, 2])) as Tensor;
  return { width: n, height: n, z: Float64Array.from(values.dataSync(), (value) => Math.log10(1 + value)) };
}
