/** L1 and L2 penalties of weights. */
import { abs, type Tensor } from '@curv/tensor';
import type { Layer, Weight } from './api.js';
import { located } from './call.js';

/** λ₁ Σ |w| + λ₂ Σ w². */
export interface Penalty {
  readonly weight: Weight;
  readonly l1: number;
  readonly l2: number;
  /** How often the training loss counts it: TensorFlow.js adds it once for each application of the layer. */
  readonly times: number;
}

/** TensorFlow.js takes 0.01 for a factor that is not given. */
const factor = (value: unknown): number => (typeof value === 'number' ? value : 0.01);

function factors(serialized: unknown): { l1: number; l2: number } {
  const { className, config = {} } = (typeof serialized === 'string' ? { className: serialized } : serialized) as { className?: string; config?: Record<string, unknown> };
  switch (className) {
    case 'L1L2':
    case 'l1l2':
      return { l1: factor(config['l1']), l2: factor(config['l2']) };
    case 'L1':
      return { l1: factor(config['l1']), l2: 0 };
    case 'L2':
      return { l1: 0, l2: factor(config['l2']) };
    default:
      throw new Error(`regularizer ${String(className)} is not supported; L1L2, L1 and L2 are`);
  }
}

/** The penalties of a model's layers. */
export function penaltiesOf(root: Layer): Penalty[] {
  const found: Penalty[] = [];
  const visit = (layer: Layer, times: number): void => {
    try {
      for (const weight of layer.weights) {
        if (weight.regularizer != null) found.push({ weight, ...factors(weight.regularizer), times });
      }
    } catch (error) {
      throw located(error, layer);
    }
    layer.children.forEach((child) => visit(child, times));
    const counts = new Map<Layer, number>();
    for (const call of layer.plan?.calls ?? []) counts.set(call.layer, (counts.get(call.layer) ?? 0) + 1);
    for (const [inner, count] of counts) visit(inner, times * count);
  };
  visit(root, 1);
  return found;
}

/** One penalty's value, a scalar. */
export function penalize(w: Tensor, { l1, l2, times }: Penalty): Tensor {
  const parts = [...(l1 === 0 ? [] : [abs(w).sum().mul(l1)]), ...(l2 === 0 ? [] : [w.square().sum().mul(l2)])];
  return parts.reduce((a, b) => a.add(b), w.sum().mul(0)).mul(times);
}
