/** The spectrum of a small net while it learns. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { compile, grad, random, softmaxCrossEntropy, type Tensor, tensor, treeMap } from '@curv/tensor';
import { spectralDensity } from '../estimators/spectral-density.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { hessian } from '../operators/hessian.js';

interface Values {
  readonly steps: number;
  readonly rate: number;
  readonly hidden: number;
  readonly every: number;
}

interface Net {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
}

/** Two spirals, 60 points each. */
function spirals(): { x: Tensor; y: Tensor } {
  const points = Array.from({ length: 120 }, (_, i) => {
    const t = 0.3 + (Math.floor(i / 2) / 60) * 3.5;
    const side = i % 2 === 0 ? 1 : -1;
    return [side * t * Math.cos(t) * 0.5, side * t * Math.sin(t) * 0.5];
  });
  return { x: tensor(points), y: tensor(Int32Array.from(points, (_, i) => i % 2), [points.length]) };
}

const EIGENVALUES = { figure: 'Largest eigenvalues of the Hessian', axes: { x: { label: 'gradient step' }, y: { label: 'eigenvalue' } } } as const;
const LOSS = { figure: 'Loss', axes: { x: { label: 'gradient step' }, y: { label: 'mean cross-entropy', log: true } } } as const;
const DENSITY = { figure: 'Spectral density of the Hessian', axes: { x: { label: 'eigenvalue' }, y: { label: 'density, all eigenvalues: 1', log: true } } } as const;

/** Densities below this are drawn at it. */
const FLOOR = 1e-4;

export async function* spectrum({ steps, rate, hidden, every }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('spectrum');
  const { x, y } = spirals();
  const loss = (p: Net): Tensor => softmaxCrossEntropy(x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2), y);
  const draw = (shape: number[]): Tensor => stream.tensor('normal', shape);
  let params: Net = { w1: draw([2, hidden]), b1: draw([hidden]).mul(0.1), w2: draw([hidden, 2]).mul(0.3) };
  const step = compile((p: Net) => treeMap((a, g) => a.sub(g.mul(rate)), p as never, grad(loss)(p) as never) as unknown as Net, { engine });
  const value = compile(loss, { engine });
  const operatorAt = (p: Net): ReturnType<typeof hessian> => hessian({ loss: (q: Net) => loss(q), params: p as never, batches: [{ data: x, size: 120 }], reduction: 'mean', engine });
  const densityNow = async (k: number): Promise<Frame> => {
    const operator = operatorAt(params);
    const { grid, density } = await spectralDensity(operator, { probes: 5, steps: 20, seed: rng.seed, signal });
    operator.dispose();
    return { kind: 'series', name: `step ${k}`, ...DENSITY, x: grid, y: density.map((d) => Math.max(d, FLOOR)) };
  };
  for (let k = 0; k <= steps; k++) {
    await breathe(signal);
    if (k > 0) params = step(params);
    if (k % 10 === 0) yield progress(k, steps, `step ${k} of ${steps}`);
    if (k % every === 0 || k === steps) {
      const operator = operatorAt(params);
      const { values } = await topEigenpairs(operator, { k: 3, seed: rng.seed, signal });
      operator.dispose();
      yield { kind: 'metric', step: k, ...EIGENVALUES, values: { 'λ₁': values[0]!, 'λ₂': values[1]!, 'λ₃': values[2]! } };
      yield { kind: 'metric', step: k, ...LOSS, values: { loss: (await value(params).data())[0]! } };
    }
    if (k === 0 || k === steps) yield await densityNow(k);
  }
  value.dispose();
  step.dispose();
}
