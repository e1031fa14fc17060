/** Barriers between solutions: one basin, or two. */
import type { Ctx, Frame } from '@curv/plugin';
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

export async function* basins({ examples, hidden, steps }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  const data = toData(part(await loadDigits(), 0, examples), dtype);
  const common = { data, activation: 'tanh', engine, signal } as const;
  const start = (name: string): Layers => denseLayers(random(rng.seed).fork(`basins ${name}`), [64, hidden, 10], dtype);
  const large = await descend({ ...common, layers: start('first'), rate: 0.3, steps });
  const small = await descend({ ...common, layers: large, rate: 0.1, steps: 2 * steps, batch: 16, stream: random(rng.seed).fork('basins batches') });
  const other = await descend({ ...common, layers: start('second'), rate: 0.3, steps });
  const risk = riskFunction(problemOf(large, [data], 'tanh', engine));
  const from = await risk.point();
  for (const [step, name, layers] of [[1, 'small batches, from there', small], [2, 'another start', other]] as const) {
    const end = riskFunction(problemOf(layers, [data], 'tanh', engine));
    const { t, loss, barrier, distance } = await lossPath(risk, from, await end.point(), { from: -0.25, to: 1.25, points: 61, signal });
    end.dispose();
    yield { kind: 'series', name: `loss from the large-batch solution to: ${name}`, figure: 'loss from the large-batch solution to', axes: { x: { label: 't, from 0 here to 1 there' }, y: { label: 'loss' } }, x: t, y: loss };
    yield { kind: 'metric', step, values: { barrier, distance } };
  }
  risk.dispose();
}
