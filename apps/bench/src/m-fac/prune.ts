/** One-shot pruning by saliency (Optimal Brain Surgeon with M-FAC's inverse; Frantar, Kurtic & Alistarh 2021, section 3.1). */
import { fisherInverse } from '@curv/hessian-core';
import type { Random } from '@curv/tensor';
import type { Examples } from './digits.js';
import type { Network } from './network.js';

type Saliency = 'magnitude' | 'diagonal' | 'm-fac';

export interface PruneOptions {
  readonly saliency: Saliency;
  /** Part of the kernels' numbers to be 0. */
  readonly sparsity: number;
  /** How often the inverse is computed anew. */
  readonly recomputations: number;
  /** Mini-batch gradients, of 16 examples each. */
  readonly gradients: number;
  readonly damping: number;
  readonly stream: Random;
  readonly signal: AbortSignal;
}

/** A pruned copy of w. Biases are left alone. */
export async function prune(net: Network, w: Float64Array, examples: Examples, options: PruneOptions): Promise<Float64Array> {
  const { saliency, sparsity, recomputations } = options;
  const out = w.slice();
  let kept = net.kernels.slice();
  for (let r = 1; r <= recomputations; r++) {
    options.signal.throwIfAborted();
    // The kept part falls geometrically.
    const target = Math.round(net.kernels.length * (1 - sparsity) ** (r / recomputations));
    const weights = Float64Array.from(kept, (at) => out[at]!);
    const found = saliency === 'magnitude' ? { rho: weights.map((x) => x * x), inverse: null } : await fisherSaliency(net, out, kept, weights, examples, options);
    const order = Uint32Array.from(kept, (_, i) => i).sort((a, b) => found.rho[a]! - found.rho[b]!);
    const removed = order.subarray(0, kept.length - target);
    if (found.inverse !== null) {
      const { apply, diagonal } = found.inverse;
      const step = new Float64Array(kept.length);
      for (const i of removed) step[i] = -weights[i]! / diagonal[i]!;
      apply(step).forEach((change, i) => (out[kept[i]!]! += change));
    }
    for (const i of removed) out[kept[i]!] = 0;
    const gone = new Set(removed);
    kept = kept.filter((_, i) => !gone.has(i));
  }
  return out;
}

interface Found {
  readonly rho: Float64Array;
  readonly inverse: { readonly apply: (x: Float64Array) => Float64Array; readonly diagonal: Float64Array } | null;
}

/** ρⱼ = w²ⱼ / (2 [F⁻¹]ⱼⱼ) from gradients of the present model at the kept coordinates. */
async function fisherSaliency(net: Network, w: Float64Array, kept: Int32Array, weights: Float64Array, examples: Examples, options: PruneOptions): Promise<Found> {
  const { gradients: m, damping, stream, saliency, signal } = options;
  const d = kept.length;
  const data = new Float32Array(m * d);
  for (let i = 0; i < m; i++) {
    signal.throwIfAborted();
    const batch = Int32Array.from({ length: 16 }, () => stream.integer(examples.labels.length));
    const { gradient } = await net.gradient(w, examples, batch);
    kept.forEach((at, j) => (data[i * d + j] = gradient[at]!));
  }
  if (saliency === 'diagonal') {
    const fisher = new Float64Array(d).fill(damping);
    for (let i = 0; i < m; i++) for (let j = 0; j < d; j++) fisher[j]! += data[i * d + j]! ** 2 / m;
    return { rho: weights.map((x, j) => (x * x * fisher[j]!) / 2), inverse: null };
  }
  const inverse = fisherInverse({ data, rows: m, columns: d }, { damping });
  const diagonal = inverse.diagonal();
  return { rho: weights.map((x, j) => (x * x) / (2 * diagonal[j]!)), inverse: { apply: (x) => inverse.apply(x), diagonal } };
}
