/** The scale D of a damped least-squares method. */
import { checkNumber } from '../../checks.js';
import type { Vector } from '../api.js';
import { norm } from '../vector.js';
import type { Linearized } from './api.js';

/**
 * D of ‖J p + r‖² + λ ‖D p‖²: `more` takes the largest norm so far of each column of J (Moré 1978), which makes the method independent of the parameters' units; products alone do not show
 * them, so iterative solvers take `none`; or d positive numbers.
 */
export type Scaling = 'more' | 'none' | ArrayLike<number>;

/** @throws TypeError, RangeError on a scaling that is none, or that the solver cannot give */
export function checkScaling(scale: Scaling, direct: boolean): void {
  if (typeof scale !== 'string') Array.from(scale, (s, i) => checkNumber(`scale[${i}]`, s, 'a positive number', (x) => x > 0));
  else if (scale !== 'more' && scale !== 'none') throw new TypeError(`scale: expected more, none or positive numbers, got ${String(scale)}`);
  if (scale === 'more' && !direct) throw new TypeError('scale: more needs the norms of the columns of J, which an iterative solver does not see');
}

/** D at a point; 1 where a column is 0. @throws RangeError when numbers were given and there are not d of them */
export function scaleAt(scaling: Scaling, { columnNorms, gradient }: Linearized, before: Vector | null): Vector {
  const d = gradient.length;
  if (scaling === 'none') return before ?? new Float64Array(d).fill(1);
  if (scaling === 'more') return before === null ? columnNorms!.map((c) => c || 1) : before.map((b, i) => Math.max(b, columnNorms![i]!));
  if (scaling.length !== d) throw new RangeError(`scale: expected ${d} numbers, got ${scaling.length}`);
  return before ?? Float64Array.from(scaling);
}

/** ‖D v‖. */
export const scaledNorm = (v: Vector, scale: Vector): number => norm(v.map((vi, i) => vi * scale[i]!));
