import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { repairTape, type TapeRepair } from '../../src/repair/index.js';
import { start, tf } from './tf.js';

/** Both registries with their order, and the engine's own properties. */
function snapshot() {
  const { _tfGlobals } = globalThis as unknown as { _tfGlobals: Map<string, Map<string, unknown>> };
  const engine = tf.engine() as unknown as object;
  return {
    kernels: [...(_tfGlobals.get('kernelRegistry') ?? [])],
    gradients: [...(_tfGlobals.get('gradRegistry') ?? [])],
    engine: Reflect.ownKeys(engine).map((key) => [key, (engine as Record<PropertyKey, unknown>)[key]]),
  };
}

const second = (f: (x: Tensor) => Tensor): number => tf.tidy(() => tf.grad(tf.grad(f))(tf.scalar(0.7)).dataSync()[0]!);
const tanhSquared = (x: Tensor): Tensor => tf.square(tf.tanh(x));
const repairs: TapeRepair[] = [];
afterEach(() => repairs.splice(0).forEach((repair) => repair.undo()));
const install = async (): Promise<TapeRepair> => {
  const repair = await repairTape(tf);
  repairs.push(repair);
  return repair;
};

describe('repairTape', () => {
  it('repairs, reports, and restores registries and engine exactly', async () => {
    await start('wasm');
    const before = snapshot();
    const stock = second(tanhSquared);
    expect(stock).toBeGreaterThan(0.8);
    const repair = await install();
    expect(repair).toMatchObject({ backend: 'wasm', ok: true });
    expect(repair.checks.map(({ ok }) => ok)).not.toContain(false);
    expect(repair.repaired.kernels).toEqual(expect.arrayContaining(['wasm/Conv2DBackpropFilter', 'wasm/UnsortedSegmentSum']));
    expect(repair.unrepaired.join()).toContain('CropAndResize');
    // mpmath.
    expect(second(tanhSquared)).toBeCloseTo(-0.12159227738323694, 6);
    repair.undo();
    const after = snapshot();
    expect(after.kernels.map(([key]) => key)).toEqual(before.kernels.map(([key]) => key));
    expect(after.kernels.every(([, config], i) => config === before.kernels[i]![1])).toBe(true);
    expect(after.gradients.map(([key]) => key)).toEqual(before.gradients.map(([key]) => key));
    expect(after.gradients.every(([, config], i) => config === before.gradients[i]![1])).toBe(true);
    expect(after.engine.map(([key]) => key)).toEqual(before.engine.map(([key]) => key));
    expect(second(tanhSquared)).toBe(stock);
    repair.undo();
  });

  it('is installed once however often it is called, and undone once', async () => {
    await start('cpu');
    const first = await install();
    const engine = tf.engine() as unknown as { addTapeNode: unknown };
    const { addTapeNode } = engine;
    const again = await install();
    expect(engine.addTapeNode).toBe(addTapeNode);
    expect(again.repaired).toEqual(first.repaired);
    again.undo();
    expect(Object.hasOwn(tf.engine(), 'addTapeNode')).toBe(false);
    first.undo();
    expect(second(tanhSquared)).toBeGreaterThan(0.8);
  });

  it('leaves what somebody else replaced later, and passes calls on', async () => {
    await start('cpu');
    const repair = await install();
    const engine = tf.engine() as unknown as { addTapeNode: (...args: unknown[]) => void };
    const ours = engine.addTapeNode;
    let calls = 0;
    const theirs = (...args: unknown[]): void => {
      calls++;
      ours(...args);
    };
    engine.addTapeNode = theirs;
    const sigmoid = { ...tf.getGradient('Elu') };
    tf.registerGradient(sigmoid);
    repair.undo();
    expect(engine.addTapeNode).toBe(theirs);
    expect(tf.getGradient('Elu')).toBe(sigmoid);
    expect(second(tanhSquared)).toBeGreaterThan(0.8);
    expect(calls).toBeGreaterThan(0);
    delete (engine as Partial<typeof engine>).addTapeNode;
  });

  it('says what is wrong with its arguments', async () => {
    await expect(repairTape({} as never)).rejects.toThrow(/repairTape: tf must be the namespace of @tensorflow\/tfjs.*no addTapeNode/);
    await expect(repairTape(tf, { tolerance: 0 })).rejects.toThrow(/repairTape: tolerance must be a positive number, got 0/);
  });

  it('reports checks that miss the tolerance', async () => {
    await start('cpu');
    const repair = await repairTape(tf, { tolerance: 1e-12 });
    repairs.push(repair);
    expect(repair.ok).toBe(false);
    expect(repair.checks.filter(({ ok }) => !ok).every(({ error }) => error > 1e-12 && error < 1e-5)).toBe(true);
  });
});
