import { checkPlugin, type Ctx, type CurvPlugin, type Frame } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import { differences } from '../src/demos/differences.js';
import plugin from '../src/plugin.js';

const context = (signal = new AbortController().signal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });

it('its plugin holds the contract', { timeout: 60_000 }, async () => {
  // Alignment reads an optional package's data, which takes longer than all others together.
  const { alignment: _, ...demos } = plugin.contributes.demos!;
  const small: CurvPlugin = { ...plugin, contributes: { ...plugin.contributes, demos } };
  expect((await checkPlugin(small, { context, frames: Infinity })).filter(({ passed }) => !passed)).toEqual([]);
});

it('differences: central ones are best near the cube root of the rounding, and never as good as the exact product', async () => {
  const frames: Frame[] = [];
  for await (const frame of differences({ hidden: 8, examples: 40, steps: 37, least: 1e-9 }, context())) frames.push(frame);
  const series = frames.filter((frame) => frame.kind === 'series');
  const bestOf = (name: string): { h: number; error: number } => {
    const { x, y } = series.find((one) => one.name === name)!;
    const at = Array.from(y).indexOf(Math.min(...Array.from(y)));
    return { h: x[at]!, error: y[at]! };
  };
  const [wide, narrow] = [bestOf('central differences, float64'), bestOf('central differences, float32')];
  expect(wide.h).toBeGreaterThan(1e-6);
  expect(wide.h).toBeLessThan(1e-3);
  expect(wide.error).toBeLessThan(1e-9);
  expect(narrow.h).toBeGreaterThan(1e-3);
  expect(narrow.error).toBeGreaterThan(10 * bestOf('exact product, float32').error);
  expect(bestOf('exact product, float32').error).toBeLessThan(2e-6);
});
