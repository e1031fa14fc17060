/** K-FAC's direction: gradients times the inverse of a Kronecker-factored Fisher matrix, layer by layer. */
import { positiveDefiniteSolve } from '@curv/linalg/tensor';
import { concat, eye, type Tensor, treeNames } from '@curv/tensor';
import type { LayerMoments, Params, Phase, StepContext, Transform, Transformed } from '../api.js';
import { checkCount, checkDecay, checkPositive } from '../checks.js';
import { leavesOf, like } from '../optimizer.js';

/** Options of K-FAC's direction. */
export interface KfacFactorOptions {
  /** Decay of the factors' averages; default 0.95. */
  readonly decay?: number;
  /** λ, shared between the factors; default 1e-3. */
  readonly damping?: number;
  /** Steps between refreshes of factors and inverses; default 10. */
  readonly interval?: number;
}

/** What is kept of a layer. */
interface Slot {
  /** Second moments of inputs, [i, i], and of gradients by outputs, [o, o]. */
  readonly a: Tensor;
  readonly b: Tensor;
  /** (A + π √λ I)⁻¹ and (B + √λ / π I)⁻¹. */
  readonly left: Tensor;
  readonly right: Tensor;
}

/** Slots by the place of the layer's kernel and bias among the parameters. */
type Slots = Readonly<Record<string, Slot>>;

const keyOf = ({ kernel, bias, transposed }: LayerMoments): string => `${kernel}${transposed ? 't' : ''}${bias === null ? '' : `+${bias}`}`;

function layerOf(key: string): { kernel: number; bias: number | null; transposed: boolean } {
  const [kernel, bias] = key.split('+') as [string, string | undefined];
  return { kernel: parseInt(kernel, 10), bias: bias === undefined ? null : Number(bias), transposed: kernel.endsWith('t') };
}

/**
 * (A + π √λ I)⁻¹ G (B + √λ / π I)⁻¹ for each layer's gradient G [inputs, outputs], its bias as last row; A and B are averages of the second moments of the layer's inputs and of
 * its back-propagated signals under labels drawn from the model, π² = (tr A / dim A) / (tr B / dim B) (Martens & Grosse 2015, arXiv:1503.05671, sections 4.2, 5 and 6.3; convolutions: Grosse &
 * Martens 2016, arXiv:1602.01407). The first step finds the layers: the state is empty before it. Cost of a refresh: one forward and one backward pass, i³ + o³ a layer. State 2 (i² + o²) a layer.
 * @throws TypeError while the first step is traced, naming parameters that are no layer's
 */
export function scaleByKfac({ decay = 0.95, damping = 1e-3, interval = 10 }: KfacFactorOptions = {}): Transform {
  checkDecay('decay', decay);
  checkPositive('damping', damping);
  checkCount('interval', interval);
  return {
    name: 'scaleByKfac',
    needs: ['layerMoments'],
    phase: (step): Phase => (step === 1 ? 'start' : (step - 1) % interval === 0 ? 'refresh' : 'hold'),
    init: (): Params => ({}),
    update(updates, state, at): Transformed<Params> {
      const before = state as unknown as Slots;
      const slots = at.phase === 'hold' ? before : refreshed(at, at.phase === 'start' ? null : before, decay, damping);
      const moved = [...leavesOf(updates)];
      for (const [key, { left, right }] of Object.entries(slots)) {
        const { kernel, bias, transposed } = layerOf(key);
        const g = moved[kernel]!;
        const outputs = right.shape[0]!;
        const matrix = transposed ? g.transpose() : g.reshape([-1, outputs]);
        const whole = bias === null ? matrix : concat([matrix, moved[bias]!.reshape([1, outputs])], 0);
        const u = left.matmul(whole).matmul(right);
        const rows = matrix.shape[0]!;
        const part = bias === null ? u : u.slice([0, 0], [rows, outputs]);
        moved[kernel] = (transposed ? part.transpose() : part).reshape(g.shape);
        if (bias !== null) moved[bias] = u.slice([rows, 0], [rows + 1, outputs]).reshape([outputs]);
      }
      return [like(updates, moved), slots as unknown as Params];
    },
  };
}

/** Averages and inverses after a refresh. */
function refreshed(at: StepContext, before: Slots | null, decay: number, damping: number): Slots {
  const { layers, faults } = at.layerMoments!();
  if (faults.size > 0) {
    const names = treeNames(at.params);
    const list = [...faults].map(([i, why]) => `${names[i]!} ${why}`);
    throw new TypeError(`params: scaleByKfac takes kernels of matrix products and ungrouped convolutions, and their biases: ${list.join('; ')}. Put others into a group of their own by partition`);
  }
  return Object.fromEntries(
    layers.map((layer): [string, Slot] => {
      const key = keyOf(layer);
      const old = before?.[key];
      const mix = (kept: Tensor | undefined, now: Tensor): Tensor => (kept === undefined ? now : kept.mul(decay).add(now.mul(1 - decay)));
      const [a, b] = [mix(old?.a, layer.inputs), mix(old?.b, layer.outputs)];
      // Signals that have died out would make π infinite.
      const mean = (x: Tensor): Tensor => trace(x).div(x.shape[0]!).maximum(1e-30);
      const pi = mean(a).div(mean(b)).sqrt();
      const root = Math.sqrt(damping);
      return [key, { a, b, left: inverse(a, pi.mul(root)), right: inverse(b, pi.reciprocal().mul(root)) }];
    }),
  );
}

const trace = (x: Tensor): Tensor => x.mul(eye(x.shape[0]!, x.dtype)).sum();

function inverse(x: Tensor, shift: Tensor): Tensor {
  const unit = eye(x.shape[0]!, x.dtype);
  return positiveDefiniteSolve(x.add(unit.mul(shift)), unit);
}
