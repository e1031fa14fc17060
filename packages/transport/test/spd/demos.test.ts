import type { Ctx, Frame } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import { ellipses } from '../../src/demos/ellipses.js';

const context = (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });

it.each(['bures', 'affine-invariant', 'log-euclidean'])('%s: normalization moves the mean to I', async (metric) => {
  const frames: Frame[] = [];
  for await (const frame of ellipses({ metric, matrices: 12, steps: 4 }, context(new AbortController().signal))) frames.push(frame);
  const last = frames[frames.length - 1]!;
  expect(last.kind === 'note' && last.text).toMatch(/mean \[1\.000, -?0\.000, -?0\.000, 1\.000\]/);
});
