import { checkPlugin, type Ctx, type Frame, type Params } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import plugin from '../../src/plugin.js';

const host = {
  context: (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => undefined }),
};

async function framesOf(name: string, values: Record<string, unknown>): Promise<Frame[]> {
  const demo = plugin.contributes.demos![name]!;
  const params = { ...Object.fromEntries(Object.entries(demo.params as Params).map(([key, param]) => [key, param.default])), ...values };
  const frames: Frame[] = [];
  for await (const frame of (await demo.load())(params as never, host.context(new AbortController().signal))) frames.push(frame);
  return frames;
}

const stepsOf = (frames: readonly Frame[]): number[] => frames.flatMap((f) => (f.kind === 'metric' ? [f.step] : []));
const metrics = (frames: readonly Frame[]): Record<string, number>[] => frames.flatMap((f) => (f.kind === 'metric' ? [f.values] : []));

it('keeps the contract', async () => {
  expect((await checkPlugin(plugin, { ...host, frames: Infinity })).filter((finding) => !finding.passed)).toEqual([]);
});

it('brings the colours of an image to those of the palette', async () => {
  const [values] = metrics(await framesOf('colour-transfer', { size: 20, samples: 150 }));
  expect(values!['sliced distance to the palette, result']!).toBeLessThan(values!['sliced distance to the palette, image']! / 5);
});

it('shows digits between digits with all their ink', async () => {
  const frames = await framesOf('digit-barycenters', { samples: 2, support: 40 });
  const grids = frames.filter((f) => f.kind === 'grid');
  expect(grids.length).toBe(1);
  const [{ z, width }] = grids as [Extract<Frame, { kind: 'grid' }>];
  // All the mass is shown: spots of width 0.35 of a pixel, in cells of a quarter.
  for (let cloud = 0; cloud < 5; cloud++) expect(Array.from(z).reduce((s, v, k) => s + (3 * Math.floor(k / width / 33) + Math.floor((k % width) / 33) === cloud ? v : 0), 0)).toBeCloseTo(2 * Math.PI * 0.35 ** 2 * 16, 0);
  expect(stepsOf(frames)).toEqual([0, 25, 50, 75, 100]);
});
