/** How much the matrices of batches scatter around the one of all data. */
import type { LinearOperator } from '@curv/linalg';
import { dot, drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from '../estimators/probes.js';

/** Options of `hessianNoise`. */
export interface HessianNoiseOptions extends Omit<ProbeOptions, 'distribution'> {
  /** Probes. Default 5. */
  readonly probes?: number;
  /** The operator over all data; without it the mean over the batches stands in. */
  readonly full?: LinearOperator;
}

/** The scatter of batch operators. */
export interface HessianNoise {
  /** (1/d) E ‖A_B − A‖²_F = P σ² / 𝔟 for batches of this size. */
  readonly s2: number;
  /** Standard error over the batches. */
  readonly standardError: number;
  readonly products: number;
}

/**
 * Variance of batch Hessians by products alone: the mean over unit probes z and batches of ‖A_B z − A z‖² (after Granziol, Zohren & Roberts 2022,
 * arXiv:2006.09092). Where the batches' own mean stands for A z the result is multiplied by k / (k − 1). For another batch size:
 * s²(B') = s²(B) · 𝔟 / 𝔟'. Cost: a product for each batch and probe, and one with `full` for each probe.
 * @param batches operators of batches of one size, at least two
 * @throws RangeError on fewer than two batches, or orders that differ
 */
export async function hessianNoise(batches: Iterable<LinearOperator>, options: HessianNoiseOptions = {}): Promise<HessianNoise> {
  const { probes = 5, full, signal, onProgress } = options;
  requireCount('probes', probes);
  const all = [...batches];
  if (all.length < 2) throw new RangeError(`hessianNoise: one batch has no variance; expected at least 2 batches, got ${all.length}`);
  const n = requireSquare(all[0]!);
  for (const { shape } of full ? [full, ...all] : all) if (shape[0] !== n) throw new RangeError(`hessianNoise: operators must have one order, got ${n} and ${shape[0]}`);
  const stream = probeStream(options, 'hessian noise');
  const scatter = new Float64Array(all.length);
  const total = probes * (all.length + (full ? 1 : 0));
  let products = 0;
  const apply = async (operator: LinearOperator, z: Float64Array): Promise<Float64Array> => {
    signal?.throwIfAborted();
    const out = await operator.apply(z);
    products++;
    onProgress?.({ done: products, total });
    return out;
  };
  for (let p = 0; p < probes; p++) {
    // A unit probe: with one of norm √d the result would be d times as large.
    const z = drawProbe(stream, n, 'sphere').map((x) => x / Math.sqrt(n));
    const images: Float64Array[] = [];
    for (const operator of all) images.push(await apply(operator, z));
    const center = full ? await apply(full, z) : mean(images);
    const bias = full ? 1 : all.length / (all.length - 1);
    images.forEach((image, b) => {
      const difference = image.map((x, i) => x - center[i]!);
      scatter[b]! += (bias * dot(difference, difference)) / probes;
    });
  }
  const s2 = scatter.reduce((a, b) => a + b, 0) / all.length;
  const spread = scatter.reduce((a, b) => a + (b - s2) ** 2, 0) / (all.length - 1);
  return { s2, standardError: Math.sqrt(spread / all.length), products };
}

function mean(vectors: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(vectors[0]!.length);
  for (const v of vectors) for (let i = 0; i < out.length; i++) out[i]! += v[i]! / vectors.length;
  return out;
}
