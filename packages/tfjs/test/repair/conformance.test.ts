import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairTape, type TapeRepair } from '../../src/repair/index.js';
import { runTapeConformance, tapeCases } from '../../src/repair/conformance/index.js';
import { start, tf } from './tf.js';

/** float32 beside float64: measured up to 1.2e-5 (a sum of 240 cubes), and 2.7e-5 for the third derivative of `sum`, where all but 2e-3 of it cancels. */
const LIMIT = [2e-5, 2e-5, 2e-5, 5e-5];

describe.each(['cpu', 'wasm'] as const)('nested gradients on %s', (backend) => {
  let repair: TapeRepair;
  beforeAll(async () => {
    await start(backend);
    repair = await repairTape(tf);
  });
  afterAll(() => repair.undo());

  it('agree with float64 differences of the forward pass to third order, and leave no tensor', async () => {
    const before = tf.memory();
    const results = await runTapeConformance(tf, { order: 3 });
    expect(results.filter((r) => !(r.error < LIMIT[r.order]!)).map((r) => `${r.name}, order ${r.order}: ${r.reason ?? r.error}`)).toEqual([]);
    expect(results).toHaveLength(tapeCases.length * 4);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  it('use every gradient that was registered', async () => {
    const used = new Set<string>();
    const originals = repair.repaired.gradients.map((name) => tf.getGradient(name));
    for (const config of originals) {
      const gradFunc = (dy: Tensor | Tensor[], saved: Tensor[], attrs: never) => {
        used.add(config.kernelName);
        return config.gradFunc(dy, saved, attrs);
      };
      tf.registerGradient({ ...config, gradFunc } as GradConfig);
    }
    await runTapeConformance(tf);
    originals.forEach((config) => tf.registerGradient(config));
    expect(repair.repaired.gradients.filter((name) => !used.has(name))).toEqual([]);
  });
});
