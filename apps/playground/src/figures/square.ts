/** Figures in which one unit is as long both ways. */
import type { Figure } from '../run/record.js';

/** Pictures, planes, and grids without coordinates, whose cells are squares. */
export function isSquare({ images, grids, series, axes }: Figure): boolean {
  const grid = [...grids.values()].at(-1);
  return images.size > 0 || axes.equal === true || (grid !== undefined && grid.y === undefined && series.size === 0);
}
