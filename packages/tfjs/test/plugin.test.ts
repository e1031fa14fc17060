import { checkPlugin, type Ctx, type Frame } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { secondDerivatives } from '../src/demos/second-derivatives.js';
import plugin from '../src/plugin.js';

const context = (signal = new AbortController().signal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });

it('its plugin holds the contract', async () => {
  expect((await checkPlugin(plugin, { context })).filter(({ passed }) => !passed)).toEqual([]);
});

it('shows wrong second derivatives, right ones after the repair, and leaves TensorFlow.js as it was', async () => {
  const frames: Frame[] = [];
  for await (const frame of secondDerivatives({ f: 'tanh(x)²', hidden: 5, batch: 7 }, context())) frames.push(frame);
  const { values } = frames.at(-1) as Extract<Frame, { kind: 'metric' }>;
  const errorsOf = (name: string): number[] => Object.entries(values).filter(([key]) => key.endsWith(`: ${name}`)).map(([, value]) => value);
  expect(errorsOf('TensorFlow.js')).toHaveLength(8);
  expect(Math.min(...errorsOf('TensorFlow.js'))).toBeGreaterThan(0.05);
  // float32 through one or two functions, and through a net of two layers; the nets' reference is float64 by another differentiation
  expect(errorsOf('after repairTape')).toHaveLength(9);
  expect(Math.max(...errorsOf('after repairTape'))).toBeLessThan(2e-6);
  expect(Math.max(...errorsOf('@curv/tensor'))).toBeLessThan(1e-14);
  expect(frames.filter((frame) => frame.kind === 'note').map(({ text }) => text)).toEqual([expect.stringMatching(/^TensorFlow\.js throws\. convolution: .*Conv2DBackpropFilter/)]);
  // As it comes, tanh² has +0.8058 at 0.7 where −0.1216 is right.
  expect(tf.grad(tf.grad((x) => tf.square(tf.tanh(x))))(tf.scalar(0.7)).dataSync()[0]).toBeCloseTo(0.8058, 3);
});
