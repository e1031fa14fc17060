import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { repairTape } from '../../src/repair/index.js';

it('says that tfjs-core alone has no gradients in Node', async () => {
  await tf.setBackend('cpu');
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  const repair = await repairTape(tf);
  expect(repair.ok).toBe(false);
  expect(repair.unrepaired[0]).toMatch(/Exp, Log.*no gradient is registered; import @tensorflow\/tfjs/);
  expect(repair.checks.find(({ name }) => name === 'x exp x')).toMatchObject({ ok: false, value: null, error: Infinity });
  repair.undo();
  expect(tf.getGradient('Conv2D')).toBeUndefined();
});
