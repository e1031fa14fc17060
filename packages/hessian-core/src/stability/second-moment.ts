/** How SGD moves the second moment of small perturbations of a minimum. */
import { matmul, matrix, type Matrix, transpose } from '@curv/linalg';
import type { Samples, SpanFrame } from './output-rows.js';

/**
 * D(S) = (1 − b) G S G + b (1/n) Σ Hᵢ S Hᵢ with Hᵢ = Σ꜀ gᵢ꜀ gᵢ꜀ᵀ, for r × r matrices S in a frame where G is diagonal; b is the batch's share of
 * noise. Cost: n r² operations.
 */
export function noiseMap({ count, outputs, noise }: Samples, { eigenvalues, coordinates }: SpanFrame): (s: Matrix) => Matrix {
  const r = eigenvalues.length;
  const columns = transpose(coordinates);
  return (s) => {
    const image = matmul(coordinates, s);
    const weighted = matrix(coordinates.rows, r);
    for (let i = 0; i < count; i++) addBlock(weighted.data, image.data, coordinates.data, i * outputs, outputs, r);
    const out = matmul(columns, weighted);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) out.data[a * r + b] = (1 - noise) * eigenvalues[a]! * eigenvalues[b]! * s.data[a * r + b]! + (noise / count) * out.data[a * r + b]!;
    }
    return out;
  };
}

/** Rows of one sample: (hᵢ S hᵢᵀ) hᵢ. */
function addBlock(out: Float64Array, image: Float64Array, h: Float64Array, first: number, outputs: number, r: number): void {
  for (let c = first; c < first + outputs; c++) {
    for (let e = first; e < first + outputs; e++) {
      let q = 0;
      for (let j = 0; j < r; j++) q += image[c * r + j]! * h[e * r + j]!;
      for (let j = 0; j < r; j++) out[c * r + j]! += q * h[e * r + j]!;
    }
  }
}

/** E[δ δᵀ] ↦ E[(I − η H_B) S (I − η H_B)] = S − η (G S + S G) + η² D(S). */
export function secondMomentMap(samples: Samples, frame: SpanFrame, learningRate: number): (s: Matrix) => Matrix {
  const d = noiseMap(samples, frame);
  const { eigenvalues } = frame;
  const r = eigenvalues.length;
  return (s) => {
    const moved = d(s);
    const data = s.data.map((x, at) => x - learningRate * (eigenvalues[Math.floor(at / r)]! + eigenvalues[at % r]!) * x + learningRate ** 2 * moved.data[at]!);
    return matrix(r, r, data);
  };
}
