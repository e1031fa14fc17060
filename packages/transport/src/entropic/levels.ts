/** Temperatures on the way to the wanted one. */
import type { Matrix } from '@curv/linalg';
import { requirePositive } from '../checks.js';

/** A geometric sequence of inverse temperatures that ends at the wanted one. */
export interface TemperatureScaling {
  /** The first η; 40 over the range of the cost unless given. */
  readonly start?: number;
  /** The quotient of neighbours, above 1; 2 unless given. */
  readonly factor?: number;
}

/** η₀ < … < η. @throws RangeError on a start or a factor that makes no such sequence */
export function levelsOf(where: string, cost: Matrix, eta: number, scaling: boolean | TemperatureScaling): number[] {
  if (scaling === false) return [eta];
  const { start = 40 / rangeOf(cost), factor = 2 } = scaling === true ? {} : scaling;
  if (start !== Infinity) requirePositive(where, 'scaling.start', start);
  if (!(factor > 1 && factor < Infinity)) throw new RangeError(`${where}: scaling.factor must be a finite number above 1, got ${String(factor)}`);
  const levels: number[] = [];
  for (let level = start; level < eta * (1 - 1e-9); level *= factor) levels.push(level);
  return [...levels, eta];
}

function rangeOf({ data }: Matrix): number {
  let [least, most] = [Infinity, -Infinity];
  for (let k = 0; k < data.length; k++) {
    if (data[k]! < least) least = data[k]!;
    if (data[k]! > most) most = data[k]!;
  }
  return most - least;
}
