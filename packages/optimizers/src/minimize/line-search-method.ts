/** A method from its parts: a direction, and a search along it. */
import type { Along, Descent, Iterated, LineSearch, Minimizer, Oracle, Point, Vector } from './api.js';
import { dot, plus } from './vector.js';

/**
 * x ← x + t d. A direction that does not descend, or along which the search fails, makes the descent forget what it remembers, once.
 * @param name of the combination; default the names of its parts
 */
export function lineSearchMethod<S>(descent: Descent<S>, search: LineSearch, name = `${descent.name} with ${search.name}`): Minimizer<S> {
  return {
    name,
    needs: descent.needs,
    init: (start) => descent.init(start),
    async step(point, state, oracle): Promise<Iterated<S>> {
      let remembered = state;
      for (;;) {
        const { direction, first } = await descent.direction(point, remembered, oracle);
        const found = await along(search, oracle, point, direction, first);
        if (found !== null) return { point: found.point, state: descent.update(remembered, point, found.point), stuck: null, info: { step: found.step } };
        const forgotten = descent.restart(remembered, point);
        if (forgotten === null) return { point, state: remembered, stuck: 'lineSearchFailed' };
        remembered = forgotten;
      }
    },
  };
}

/** The search along one direction; null where it does not descend. */
async function along({ search }: LineSearch, oracle: Oracle, point: Point, direction: Vector, first: number): Promise<Along | null> {
  const slope = dot(point.gradient, direction);
  if (!(slope < 0) || !Number.isFinite(slope)) return null;
  const phi = async (step: number): Promise<Along> => {
    const at = await oracle.at(plus(point.x, step, direction));
    return { step, value: at.value, slope: dot(at.gradient, direction), point: at };
  };
  return search(phi, { step: 0, value: point.value, slope, point }, first);
}
