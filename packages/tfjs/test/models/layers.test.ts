import { type Tensor, tensor } from '@curv/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromLayersModel } from '../../src/index.js';
import { batchOf, cases, modelOf, predict } from './cases.js';
import { startTf } from './tf.js';

beforeAll(startTf);

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!)));
  return worst;
};

describe('every layer gives what model.predict gives', () => {
  it.each(cases.filter(({ training }) => !training))('$name', (c) => {
    const model = modelOf(c);
    const net = fromLayersModel(model);
    const inputs = batchOf(c, 3);
    const expected = predict(model, inputs, c.indices !== undefined);
    const outputs = [net.apply(net.params, inputs.map(({ shape, values }) => tensor(values, shape)))].flat() as Tensor[];
    expect(outputs.length).toBe(expected.length);
    outputs.forEach((out, i) => expect(largest(out.dataSync(), expected[i]!)).toBeLessThan(1e-5));
  });
});
