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

describe('what ONNX Runtime itself does otherwise', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await onnxEngine();
  });
  const run = async (f: (...x: Tensor[]) => Tensor, ...x: Tensor[]): Promise<number[]> => [...(await (compile(f, { engine })(...x) as Tensor).data())];

  it.each(['float32', 'float64'] as const)('infinities, NaN, huge and tiny results in %s', async (dtype) => {
    const vector = (...x: number[]): Tensor => tensor(x, [x.length], dtype);
    const matrix = tensor([[1, NaN, 2], [1, 3, Infinity], [-Infinity, 0, -1]], [3, 3], dtype);
    expect(await run((x) => x.max(0), matrix)).toEqual([1, NaN, Infinity]);
    expect(await run((x) => x.max(1), matrix)).toEqual([NaN, Infinity, 0]);
    expect(await run((x) => x.min(1), matrix)).toEqual([NaN, 1, -Infinity]);
    const quarter = Math.PI / 4;
    const angles = await run((y, x) => y.atan2(x), vector(Infinity, -Infinity, Infinity, -Infinity, 1), vector(Infinity, Infinity, -Infinity, -Infinity, Infinity));
    angles.forEach((angle, i) => expect(angle).toBeCloseTo([quarter, -quarter, 3 * quarter, -3 * quarter, 0][i]!, 6));
    const huge = dtype === 'float64' ? 1e200 : 1e30;
    const [a, b, c] = await run((x) => x.asinh(), vector(huge, -huge, Infinity));
    expect([a! / Math.asinh(huge), b! / Math.asinh(-huge), c]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6), Infinity]);
    expect((await run((x) => x.acosh(), vector(huge)))[0]! / Math.acosh(huge)).toBeCloseTo(1, 6);
    const small = await run((x) => x.sigmoid(), vector(-17, -25, -80));
    small.forEach((y, i) => expect(y * Math.exp([17, 25, 80][i]!)).toBeCloseTo(1, 5));
  });
});
