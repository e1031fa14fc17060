/** Dropout, SpatialDropout1D: the identity, or a keep-mask that the caller draws. */
import type { Tensor } from '@curv/tensor';
import type { LayerRule, Run } from '../api.js';

/**
 * x · mask / (1 − rate), with a mask of ones (kept) and zeros; the identity without a mask, and outside of training. Randomness is an argument:
 * `maskShapes` collects what a caller may draw.
 */
export function dropped(x: Tensor, name: string, rate: number, shape: readonly number[], run: Run): Tensor {
  if (!(rate > 0 && rate < 1)) return x;
  run.maskShapes.set(name, { shape, rate });
  const mask = run.training ? run.masks[name] : undefined;
  return mask === undefined ? x : x.mul(mask.mul(1 / (1 - rate)));
}

const rule = (noise: (shape: readonly number[], noiseShape: readonly (number | null)[] | null | undefined) => readonly number[]): LayerRule => ({
  apply: ([x], { name, config }, run) => dropped(x!, name, config['rate'] as number, noise(x!.shape, config['noiseShape'] as (number | null)[] | null), run),
});

export const dropoutLayer: LayerRule = rule((shape, noiseShape) => (noiseShape ? noiseShape.map((n, i) => n ?? shape[i]!) : shape));
/** One draw for all steps. */
export const spatialDropout1d: LayerRule = rule((shape) => [shape[0]!, 1, shape[2]!]);
