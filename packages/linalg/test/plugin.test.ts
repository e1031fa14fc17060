import { checkPlugin, type Ctx, type Frame, type Params } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import plugin from '../src/plugin.js';

const host = {
  context: (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => undefined }),
};

async function framesOf(name: string, values: Record<string, unknown>): Promise<Frame[]> {
  const demo = plugin.contributes.demos![name]!;
  const frames: Frame[] = [];
  const params = { ...Object.fromEntries(Object.entries(demo.params as Params).map(([key, param]) => [key, param.default])), ...values };
  for await (const frame of (await demo.load())(params as never, host.context(new AbortController().signal))) frames.push(frame);
  return frames;
}

describe('the plugin', () => {
  it('keeps the contract', async () => {
    expect((await checkPlugin(plugin, host)).filter((finding) => !finding.passed)).toEqual([]);
  });

  it('shows patterns, and that minimum degree fills least', async () => {
    const frames = await framesOf('sparsity', { size: 10 });
    expect(frames.filter((f) => f.kind === 'grid').length).toBe(6);
    const entries = frames.flatMap((f) => (f.kind === 'metric' ? [f.values['entriesOfL']!] : []));
    expect(entries.length).toBe(3);
    expect(entries[2]!).toBeLessThan(entries[0]!);
    const factor = frames.find((f) => f.kind === 'grid' && f.name === 'L, minimum degree') as Extract<Frame, { kind: 'grid' }>;
    expect(Array.from(factor.z).reduce((s, x) => s + x, 0)).toBe(entries[2]);
  });

  it('shows spectra, and that those of Jordan blocks move far', async () => {
    const metric = async (matrix: string): Promise<Record<string, number>> =>
      ((await framesOf('spectra', { matrix, n: 20, trials: 2 })).find((f) => f.kind === 'metric') as Extract<Frame, { kind: 'metric' }>).values;
    expect((await metric('jordan'))['farthestMove']!).toBeGreaterThan(0.3);
    expect((await metric('wilkinson'))['farthestMove']!).toBeLessThan(0.3);
    expect((await metric('random'))['radius']!).toBeLessThan(1.6);
  });
});
