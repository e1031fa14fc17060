import { cholesky, compile, conv2d, cpu, type Engine, type Graph, grad, hvp, maxPool2d, random, setEngine, softmaxCrossEntropy, tensor, type Tensor, toEngine, trace } from '@curv/tensor';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { onnxEngine, toOnnx } from '../src/index.js';

afterEach(() => setEngine(cpu));

type Params = { k1: Tensor; k2: Tensor; w: Tensor };

/** A conv net with strides, dilation and overlapping pools. */
function convNet(dtype: 'float32' | 'float64') {
  const stream = random(5);
  const draw = (shape: number[], scale: number): Tensor => stream.tensor('normal', shape, dtype).mul(scale);
  const x = draw([6, 14, 14, 3], 1);
  const y = tensor(Int32Array.from({ length: 6 }, (_, i) => i % 4), [6]);
  const features = (p: Params): Tensor => maxPool2d(conv2d(conv2d(x, p.k1, { padding: 'same', dilation: 2 }).tanh(), p.k2, { strides: 2 }).tanh(), 3, { strides: 2 }).reshape([6, -1]);
  const params: Params = { k1: draw([3, 3, 3, 8], 0.3), k2: draw([3, 3, 8, 10], 0.2), w: tensor([0]) };
  params.w = draw([features(params).shape[1]!, 4], 0.2);
  return { params, loss: (p: Params): Tensor => softmaxCrossEntropy(features(p).matmul(p.w), y) };
}

const flat = async (tree: Record<string, Tensor>): Promise<number[]> => (await Promise.all(Object.values(tree).map((t) => t.data()))).flatMap((data) => [...data]);

function relative(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!))) / scale;
}

describe('onnx-node', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await onnxEngine();
  });

  it.each([['float64', 1e-13], ['float32', 1e-5]] as const)('differentiates a conv net twice as the cpu engine does (%s)', async (dtype, limit) => {
    const { params, loss } = convNet(dtype);
    for (const make of [(f: typeof loss) => grad(f), (f: typeof loss) => (p: Params) => hvp(f)(p, p) as Params]) {
      const expected = await flat(compile(make(loss), { engine: cpu })(params));
      expect(relative(await flat(compile(make(loss), { engine })(params)), expected)).toBeLessThan(limit);
    }
  });

  it('feeds results that are not there yet into further runs, and frees what is disposed meanwhile', async () => {
    const step = compile((w: Tensor) => w.mul(1.5).sub(w.square().mul(0.5)), { engine });
    const before = engine.memory().storages;
    let w = await toEngine(tensor([0.1, 0.9, 1.4], [3], 'float64'), engine);
    for (let k = 0; k < 100; k++) {
      const next = step(w);
      w.dispose();
      w = next;
    }
    // Each element goes to the fixed point 1 of 1.5 w − w²/2.
    for (const x of await w.data()) expect(Math.abs(x - 1)).toBeLessThan(1e-12);
    w.dispose();
    step.dispose();
    expect(engine.memory().storages).toBe(before);
  });

  it('says which primitive ONNX cannot express, before anything runs', () => {
    const graph = trace((x: Tensor) => x.exp())(tensor([1]));
    const strange = { ...graph.outputs[0]!, op: 'fft' };
    const changed: Graph = { inputs: graph.inputs, outputs: [strange], nodes: [...graph.inputs, strange] };
    expect(() => engine.compile(changed)).toThrow(/ONNX cannot express the primitive fft/);
    const large = tensor(new Float64Array(200 * 200), [200, 200], 'float64');
    expect(() => compile((a: Tensor) => cholesky(a), { engine })(large)).toThrow(/ONNX has no cholesky, and a matrix of 200 rows is too large/);
  });

  it('rejects the reading of a run that fails, and goes on', async () => {
    const pick = compile((x: Tensor, i: Tensor) => x.gather(i), { engine });
    const x = tensor([1, 2, 3]);
    await expect(pick(x, tensor(Int32Array.of(7), [1])).data()).rejects.toThrow(/7/);
    expect([...(await pick(x, tensor(Int32Array.of(2), [1])).data())]).toEqual([3]);
  });

  it('cannot be run after dispose', () => {
    const executable = engine.compile(trace((x: Tensor) => x.exp())(tensor([1])));
    executable.dispose();
    executable.dispose();
    expect(() => executable.run([])).toThrow(/disposed/);
  });

  it('passes a graph whose session cannot start on to the reader', async () => {
    const broken = await onnxEngine({ session: { graphOptimizationLevel: 'all', executionProviders: ['abacus'] } });
    await expect(compile((x: Tensor) => x.exp(), { engine: broken })(tensor([1])).data()).rejects.toThrow(/abacus/);
  });

  it('can be the default engine', async () => {
    setEngine(engine);
    expect([...(await tensor([1, 2, 3]).mul(2).sum().data())]).toEqual([12]);
  });
});

describe('onnxEngine', () => {
  it('names its options when they are wrong', async () => {
    await expect(onnxEngine({ runtime: 'abacus' as 'node' })).rejects.toThrow(/runtime must be 'node' or 'web', got abacus/);
    await expect(onnxEngine({ threads: 0 })).rejects.toThrow(/threads must be a positive integer, got 0/);
  });

  it('gives the install command when the package is missing', async () => {
    vi.resetModules();
    vi.doMock('onnxruntime-node', () => {
      throw new Error('Cannot find package');
    });
    const { onnxEngine: fresh } = await import('../src/index.js');
    await expect(fresh()).rejects.toThrow(/npm install onnxruntime-node/);
    vi.doUnmock('onnxruntime-node');
  });
});

it('refuses constants beyond the 2 GB of an ONNX file', () => {
  const graph = trace((x: Tensor) => x.exp())(tensor([1]));
  // The length alone is looked at.
  const huge = { byteLength: 2 ** 31, byteOffset: 0, buffer: new ArrayBuffer(0) } as unknown as Float32Array;
  expect(() => toOnnx(graph, { fixed: [huge] })).toThrow(/at most 2 GB.*2147483648 bytes/);
});
