/** Barriers between solutions: one basin, or two. */
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { loadDigits, part } from '../support/digits.js';
import { bestType, denseLayers, descend, type Layers, problemOf, toData } from '../support/network.js';
import { lossPath } from '../landscape/loss-path.js';
import { riskFunction } from '../landscape/risk-function.js';

interface Values {
  readonly examples: number;
  readonly hidden: number;
  readonly steps: number;
}

const FIGURE = { figure: 'Loss on the straight line between two solutions', axes: { x: { label: 't: 0 at the solution of large batches, 1 at the other' }, y: { label: 'mean cross-entropy' } } } as const;

export async function* basins({ examples, hidden, steps }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  const data = toData(part(await loadDigits(), 0, examples), dtype);
  const common = { data, activation: 'tanh', engine, signal } as const;
  const start = (name: string): Layers => denseLayers(random(rng.seed).fork(`basins ${name}`), [64, hidden, 10], dtype);
  yield progress(0, 4, 'large batches');
  const large = await descend({ ...common, layers: start('first'), rate: 0.3, steps });
  const risk = riskFunction(problemOf(large, [data], 'tanh', engine));
  const from = await risk.point();
  const others = {
    'small batches, from there': () => descend({ ...common, layers: large, rate: 0.1, steps: 2 * steps, batch: 16, stream: random(rng.seed).fork('basins batches') }),
    'large batches, another start': () => descend({ ...common, layers: start('second'), rate: 0.3, steps }),
  };
  const values: Record<string, number> = {};
  for (const [name, train] of Object.entries(others)) {
    yield progress(Object.keys(values).length / 2 + 1, 4, name);
    const end = riskFunction(problemOf(await train(), [data], 'tanh', engine));
    const { t, loss, barrier, distance } = await lossPath(risk, from, await end.point(), { from: -0.25, to: 1.25, points: 61, signal });
    end.dispose();
    yield { kind: 'series', name: `to ${name}`, ...FIGURE, x: t, y: loss };
    Object.assign(values, { [`barrier to ${name}`]: barrier, [`distance to ${name}`]: distance });
  }
  risk.dispose();
  yield { kind: 'metric', step: steps, values };
}
