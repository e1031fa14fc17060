/** Averages over blocks of a parameter. */
import type { Tensor } from '@curv/tensor';

/** Axes over which a parameter's curvature is averaged; empty for none. */
export type Blocks = 'none' | 'spatial' | 'units' | ((name: string, shape: readonly number[]) => readonly number[]);

/**
 * Axes for a parameter. `spatial`: the window of a convolution kernel [h, w, in, out] or [w, in, out]; `units`: those, and for a dense kernel [in, out] all inputs of one unit.
 * @throws RangeError when a function names an axis that is not there
 */
export function blockAxes(blocks: Blocks, name: string, shape: readonly number[]): readonly number[] {
  if (typeof blocks === 'function') {
    const axes = blocks(name, shape);
    if (!Array.isArray(axes) || axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= shape.length)) {
      throw new RangeError(`blocks: expected axes of ${name} [${shape.join(', ')}], got ${JSON.stringify(axes)}`);
    }
    return axes;
  }
  if (blocks === 'none') return [];
  if (shape.length === 4) return [0, 1];
  if (shape.length === 3) return [0];
  return blocks === 'units' && shape.length === 2 ? [0] : [];
}

/**
 * Every element replaced by its block's mean (Yao et al. 2021, arXiv:2006.00719, eq. 10).
 * @param mode `abs` averages |x|, as the authors' program; `signed` averages x, as their formula, where signs can cancel
 */
export function blockAverage(x: Tensor, axes: readonly number[], mode: 'abs' | 'signed'): Tensor {
  const values = mode === 'abs' ? x.abs() : x;
  return axes.length === 0 ? values : values.mean(axes, { keepDims: true }).broadcastTo(x.shape);
}
