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
    const grids = frames.filter((f) => f.kind === 'grid');
    expect(grids.length).toBe(3);
    const [values] = frames.flatMap((f) => (f.kind === 'metric' ? [f.values] : []));
    expect(values!['entries of L, minimum degree']!).toBeLessThan(values!['entries of L, reverse Cuthill-McKee']!);
    expect(values!['entries of L, reverse Cuthill-McKee']!).toBeLessThan(values!['entries of L, as given']!);
    // A has its diagonal and two entries an edge; L all of A's lower triangle, and what was added.
    expect(values!['entries of A']).toBe(100 + 4 * 90);
    const added = Array.from(grids.find((f) => f.name.endsWith('minimum degree'))!.z).filter((z) => z === 2).length;
    expect(100 + 2 * 90 + added).toBe(values!['entries of L, minimum degree']);
  });

  it('shows spectra, and that those of Jordan blocks move far, but no singular value does', async () => {
    const metric = async (matrix: string): Promise<Record<string, number>> =>
      ((await framesOf('spectra', { matrix, n: 20, trials: 2 })).find((f) => f.kind === 'metric') as Extract<Frame, { kind: 'metric' }>).values;
    const [jordan, wilkinson, normal] = [await metric('jordan'), await metric('wilkinson'), await metric('random')];
    expect(jordan['farthest move of an eigenvalue']!).toBeGreaterThan(0.3);
    expect(wilkinson['farthest move of an eigenvalue']!).toBeLessThan(0.3);
    expect(normal['spectral radius']!).toBeLessThan(1.6);
    for (const values of [jordan, wilkinson, normal]) expect(values['farthest move of a singular value']!).toBeLessThanOrEqual(values['norm of the largest change']!);
  });

  it('shows that each preconditioner saves products', async () => {
    const frames = await framesOf('krylov', { side: 24 });
    const series = frames.filter((f) => f.kind === 'series');
    expect(series.map(({ name }) => name)).toEqual(['MINRES', 'conjugate gradients', 'with the diagonal', 'with SSOR', 'with incomplete Cholesky']);
    for (const { y } of series) expect(y[y.length - 1]!).toBeLessThanOrEqual(1e-10 * (1 + 1e-6));
    const products = series.map(({ x }) => x[x.length - 1]!);
    expect(products[2]!).toBeLessThan(0.7 * products[1]!);
    expect(products[3]!).toBeLessThan(0.7 * products[2]!);
    expect(products[4]!).toBeLessThan(0.7 * products[2]!);
  });
});
