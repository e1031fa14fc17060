import { checkPlugin, type Ctx, type Frame } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import { leastSquares } from '../src/demos/least-squares.js';
import plugin from '../src/plugin.js';

it('its plugin holds the contract', async () => {
  const context = (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });
  expect((await checkPlugin(plugin, { context, frames: Infinity })).filter(({ passed }) => !passed)).toEqual([]);
});

it.each(['Gauss1', 'Thurber', 'Misra1a'])('fits %s to the certified parameters by Levenberg-Marquardt', async (problem) => {
  const frames: Frame[] = [];
  const context: Ctx = { engine: cpu, engines: {}, rng: random(1), signal: new AbortController().signal, quick: true, log: () => {} };
  for await (const frame of leastSquares({ problem, start: 'far', iterations: 100 }, context)) frames.push(frame);
  const { values } = frames.at(-1) as Extract<Frame, { kind: 'metric' }>;
  expect(values['iterations, Levenberg-Marquardt']).toBeLessThan(40);
  // The run ends at an excess of 1e-9, the square of the distance to the solution in standard deviations.
  expect(values['digits of the parameters, Levenberg-Marquardt']).toBeGreaterThan(4);
  const curve = frames.find((frame) => frame.kind === 'series' && frame.name === 'Levenberg-Marquardt') as Extract<Frame, { kind: 'series' }>;
  expect(curve.y[curve.y.length - 1]!).toBeLessThanOrEqual(1.01e-9);
});
