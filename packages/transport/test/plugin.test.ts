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

it('points end near the target', async () => {
  const found = (await frames('point-clouds', { points: 200, from: 'ring', to: 'moons' })).filter((f) => f.kind === 'series');
  const mean = (v: ArrayLike<number>): number => Array.from(v).reduce((s, x) => s + x, 0) / v.length;
  const xOf = (name: string): number => mean(found.find((series) => series.name === name)!.x);
  expect(found.length).toBe(7);
  expect(xOf('t = 1.00')).toBeCloseTo(xOf('moons, the target'), 2);
});

it('displacement keeps the mass', async () => {
  const grids = (await frames('displacement', { side: 10, frames: 3 })).filter((f) => f.kind === 'grid');
  expect(grids.length).toBe(3);
  // a sparse plan drops at most a thousandth of each row's mass
  for (const { z } of grids) expect(Math.abs(Array.from(z).reduce((s, v) => s + v, 0) - 1)).toBeLessThan(1e-3);
});

it('stops when asked to', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  for (const name of Object.keys(plugin.contributes.demos!)) await expect(frames(name, {}, controller.signal)).rejects.toThrow('enough');
});
