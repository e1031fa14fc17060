/** Second derivatives of a large model, set beside difference quotients. */
import { compile, cpu, grad, hvp, random, type Tensor, tensor } from '@curv/tensor';
import type { ImportedModel, NamedTensors, ObjectiveData } from '@curv/tfjs';
import { picture, SIZE } from './images.js';

const norm = (a: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! ** 2;
  return Math.sqrt(sum);
};

/** ‖a − b‖ / ‖b‖. */
const relative = (a: Float64Array, b: Float64Array): number => norm(a.map((x, i) => x - b[i]!)) / norm(b);

type DTypeName = 'float32' | 'float64';

/** Gradient and Hessian-vector product of the loss at one picture, as host vectors. */
class Oracle {
  private readonly gradientOf: (p: NamedTensors, d: ObjectiveData) => NamedTensors;
  private readonly productOf: (p: NamedTensors, v: NamedTensors, d: ObjectiveData) => NamedTensors;

  constructor(private readonly net: ImportedModel) {
    const { loss } = net.objective();
    this.gradientOf = compile((p: NamedTensors, d: ObjectiveData) => grad(loss)(p, d) as NamedTensors, { engine: cpu });
    this.productOf = compile((p: NamedTensors, v: NamedTensors, d: ObjectiveData) => hvp(loss)(p, v, d) as NamedTensors, { engine: cpu });
  }

  private data(dtype: DTypeName): ObjectiveData {
    // A soft label: a sure one would leave hardly any curvature.
    return { x: tensor(picture(0), [1, SIZE, SIZE, 3], dtype), y: tensor([0.05, 0.05, 0.8, 0.05, 0.05], [1, 5], dtype) };
  }

  private flat(tree: NamedTensors): Float64Array {
    const parts = this.net.names.map((name) => tree[name]!.dataSync());
    const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  gradient(p: NamedTensors, dtype: DTypeName): Float64Array {
    return this.flat(this.gradientOf(cast(p, dtype), this.data(dtype)));
  }

  product(p: NamedTensors, v: NamedTensors, dtype: DTypeName): Float64Array {
    return this.flat(this.productOf(cast(p, dtype), cast(v, dtype), this.data(dtype)));
  }

  /** (∇f(p + h v) − ∇f(p − h v)) / 2h. */
  quotient(p: NamedTensors, v: NamedTensors, h: number, dtype: DTypeName): Float64Array {
    const [at, along] = [cast(p, dtype), cast(v, dtype)];
    const moved = (step: number): NamedTensors => mapped(at, (t, name) => t.add(along[name]!.mul(step)));
    const [up, down] = [this.gradient(moved(h), dtype), this.gradient(moved(-h), dtype)];
    return up.map((x, i) => (x - down[i]!) / (2 * h));
  }
}

const mapped = (tree: NamedTensors, f: (t: Tensor, name: string) => Tensor): NamedTensors => Object.fromEntries(Object.entries(tree).map(([name, t]) => [name, f(t, name)]));
const cast = (tree: NamedTensors, dtype: DTypeName): NamedTensors => mapped(tree, (t) => t.cast(dtype));

/** A normal direction in which every parameter moves by its own typical size. */
const directionOf = (params: NamedTensors, seed: number): NamedTensors =>
  mapped(params, (t, name) => random(seed).fork(name).tensor('normal', t.shape).mul(norm(t.dataSync()) / Math.sqrt(t.size)));

/** Differences at one step. */
interface StepError {
  readonly what: string;
  readonly step: number;
  readonly error: number;
}

export interface DerivativeErrors {
  readonly float64: number;
  readonly steps: readonly StepError[];
  readonly difference: number;
  readonly smooth: number;
}

/**
 * ReLU6 and its kinks: some channels of the quantized model sit exactly on one (their convolution and their β are 0), where a gradient jumps and a
 * difference quotient grows as 1 / h. Quotients of all layers are therefore taken at a point that is moved off by a thousandth of each parameter's
 * size, and with steps so small that no unit of millions crosses a kink, which needs float64. Behind the
 * convolutions there are few units, so that quotients of the dense layers can be taken in float32 at the saved point.
 */
export async function derivativeErrors(net: ImportedModel, quick: boolean, step: (text: string) => void): Promise<DerivativeErrors> {
  const oracle = new Oracle(net);
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const v = directionOf(net.params, 8);
  const moved = mapped(net.params, (t, name) => t.add(directionOf({ [name]: t }, 77)[name]!.mul(1e-3)));
  step('products in float32 and float64');
  const single = oracle.product(moved, v, 'float32');
  await pause();
  const double = oracle.product(moved, v, 'float64');
  const steps: StepError[] = [];
  for (const h of quick ? [1e-10] : [1e-9, 1e-10, 1e-11]) {
    step(`differences of float64 gradients, h = ${h}`);
    await pause();
    steps.push({ what: 'all layers, float64, moved point', step: h, error: relative(single, oracle.quotient(moved, v, h, 'float64')) });
  }
  const dense = mapped(v, (t, name) => (name.startsWith('dense') ? t : t.mul(0)));
  step('product of the dense layers');
  const denseProduct = oracle.product(net.params, dense, 'float32');
  const smooth: StepError[] = [];
  for (const h of quick ? [1e-3] : [3e-3, 1e-3, 3e-4]) {
    step(`differences of float32 gradients, h = ${h}`);
    await pause();
    smooth.push({ what: 'dense layers, float32, saved point', step: h, error: relative(denseProduct, oracle.quotient(net.params, dense, h, 'float32')) });
  }
  const least = (list: readonly StepError[]): number => Math.min(...list.map(({ error }) => error));
  return { float64: relative(single, double), steps: [...steps, ...smooth], difference: least(steps), smooth: least(smooth) };
}
