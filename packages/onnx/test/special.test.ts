import { readFileSync } from 'node:fs';
import { compile, type Engine, tensor, type Tensor } from '@curv/tensor';
import * as ops from '@curv/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnxEngine } from '../src/index.js';

/** Pairs [x, f(x)] by mpmath (tooling/reference/onnx.py). */
const golden = JSON.parse(readFileSync(new URL('golden/special.json', import.meta.url), 'utf8')) as Record<string, [number, number][]>;

describe('functions that are composed in float64', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await onnxEngine();
  });

  it.each(Object.keys(golden))('%s is right at tiny, middling and huge arguments', async (name) => {
    const f = compile((x: Tensor) => (ops as unknown as Record<string, (x: Tensor) => Tensor>)[name]!(x), { engine });
    const pairs = golden[name]!;
    const found = await f(tensor(pairs.map(([x]) => x), [pairs.length], 'float64')).data();
    pairs.forEach(([x, expected], i) => {
      // cos is 1 − 2 sin², right to a few last places of 1 (6e-16 measured) but not of its zeros; tan divides by it: measured 7e-15 at 1.5.
      const limit = name === 'cos' ? 1e-15 : (name === 'tan' ? 1e-14 : 2e-15) * Math.abs(expected);
      expect(Math.abs(found[i]! - expected), `${name}(${x}) = ${found[i]}, expected ${expected}`).toBeLessThanOrEqual(limit);
    });
  });
});
