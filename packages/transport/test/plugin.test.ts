import type { Ctx, Frame, Param } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import plugin from '../src/plugin.js';

const context = (signal = new AbortController().signal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });

async function frames(name: string, params: object, signal?: AbortSignal): Promise<Frame[]> {
  const demo = plugin.contributes.demos![name]!;
  const defaults = Object.fromEntries(Object.entries(demo.params as Record<string, Param>).map(([key, param]) => [key, param.default]));
  const out: Frame[] = [];
  for await (const frame of (await demo.load())({ ...defaults, ...params }, context(signal))) out.push(frame);
  return out;
}

it('race: SNS reaches 1e-12, and Sinkhorn not in as many iterations', async () => {
  const found = await frames('sns-race', { size: 60, sweeps: 200 });
  const last = found.filter((f) => f.kind === 'series').map(({ y }) => y[y.length - 1]!);
  expect(last[0]).toBeLessThan(1e-12);
  expect(last[1]).toBeGreaterThan(1e-9);
});

it('race: over-relaxed sweeps go on without a restart', async () => {
  const found = await frames('sns-race', { size: 40, eta: 200, sweeps: 150 });
  const [y] = found.filter((f) => f.kind === 'series').filter(({ name }) => name === 'over-relaxed Sinkhorn').map((f) => f.y);
  // Once it falls steadily, no sweep is much better than the one before and the one after.
  for (let k = 40; k + 1 < y!.length; k++) expect(y![k]!).toBeGreaterThan(0.2 * Math.min(y![k - 1]!, y![k + 1]!));
});

it('points end near the target', async () => {
  const found = (await frames('point-clouds', { points: 200, from: 'ring', to: 'moons' })).filter((f) => f.kind === 'series');
  const mean = (v: ArrayLike<number>): number => Array.from(v).reduce((s, x) => s + x, 0) / v.length;
  const xOf = (name: string): number => mean(found.find((series) => series.name === name)!.x);
  expect(found.length).toBe(6);
  expect(xOf('t = 1.00')).toBeCloseTo(xOf('target, moons'), 2);
});

it('displacement keeps the mass', async () => {
  const grids = (await frames('displacement', { side: 10, frames: 3 })).filter((f) => f.kind === 'grid');
  expect(grids.length).toBe(1);
  const [{ z, width, height }] = grids as [Extract<Frame, { kind: 'grid' }>];
  expect([width, height]).toEqual([32, 10]);
  expect(Array.from(z).every((v) => v >= 0)).toBe(true);
  // a sparse plan drops at most a thousandth of each row's mass
  for (let moment = 0; moment < 3; moment++) {
    const mass = Array.from(z).reduce((s, v, k) => s + (Math.floor((k % width) / 11) === moment ? v : 0), 0);
    expect(Math.abs(mass - 1)).toBeLessThan(1e-3);
  }
});

it('stops when asked to', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  for (const name of Object.keys(plugin.contributes.demos!)) await expect(frames(name, {}, controller.signal)).rejects.toThrow('enough');
});
