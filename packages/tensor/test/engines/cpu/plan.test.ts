import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DType, Node, TypedArray } from '../../../src/api.js';
import { allocate } from '../../../src/engines/cpu/buffers.js';
import type { Slot } from '../../../src/engines/cpu/buffers.js';
import { kernelCount } from '../../../src/engines/cpu/codegen.js';
import { canGenerate, codegen } from '../../../src/engines/cpu/compile-loop.js';
import { cpu } from '../../../src/engines/cpu/index.js';
import { planning } from '../../../src/engines/cpu/plan.js';
import { expectClose, full, graph, inEveryMode, input, map, node, random, run, sequence } from './graph.js';

const sum = (x: Node, axes: number[], shape: number[]): Node => node('reduceSum', [x], { axes }, shape, x.dtype);

describe('engine', () => {
  it('stores typed arrays as they are', async () => {
    const x = Float32Array.of(1, 2);
    const storage = cpu.upload(x, { shape: [2], dtype: 'float32' });
    expect(storage).toBe(x);
    expect(cpu.readSync!(storage)).toBe(x);
    expect(await cpu.read(storage)).toBe(x);
    cpu.release(storage);
    expect(cpu.memory()).toEqual({ storages: 0 });
    expect([cpu.name, cpu.synchronous, cpu.dtypes]).toEqual(['cpu', true, ['float32', 'float64', 'int32', 'bool']]);
  });

  it('names what it cannot run', () => {
    const a = input([2]);
    const b = input([2], 'bool');
    const i = input([2], 'int32');
    const compile = (n: Node): unknown => cpu.compile(graph(n.inputs, [n]));
    expect(() => compile(node('frobnicate', [a], {}, [2], 'float64'))).toThrow(new TypeError('cpu: unknown primitive frobnicate'));
    expect(() => compile(map('exp', [i]))).toThrow(new TypeError('cpu: exp takes float32, float64, got int32'));
    expect(() => compile(map('add', [b, b]))).toThrow(/add takes .*, got bool/);
    expect(() => compile(map('and', [a, a], 'bool'))).toThrow(/and takes bool, got float64/);
    expect(() => compile(node('matmul', [i, i], {}, [2], 'int32'))).toThrow(/matmul takes float32, float64, got int32/);
    expect(() => compile(node('input', [], {}, [2], 'float16' as DType))).toThrow(/input takes .*, got float16/);
  });

  it('does not run what was disposed', () => {
    const a = input([2]);
    const executable = cpu.compile(graph([a], [map('neg', [a])]));
    executable.dispose();
    expect(() => executable.run([Float64Array.of(1, 2)])).toThrow(/disposed/);
  });
});

describe('outputs', () => {
  it('are independent of each other and of constants; an input is handed on', () => {
    const a = input([2, 2]);
    const flat = node('reshape', [a], { shape: [4] }, [4], 'float64');
    const double = map('add', [a, a]);
    const view = node('reshape', [double], { shape: [4] }, [4], 'float64');
    const constant = full(3, [4]);
    const executable = cpu.compile(graph([a], [double, view, double, constant, constant, a, a, flat]));
    const x = Float64Array.of(1, 2, 3, 4);
    const first = executable.run([x]).slice(0, 5);
    const second = executable.run([x]);
    const third = second.splice(5);
    expect(third.every((array) => array === x)).toBe(true);
    expect(new Set([x, ...first, ...second]).size).toBe(11);
    expect(new Set([x, ...first, ...second].map((array) => array.buffer)).size).toBe(11);
    const copies = second.map((array) => [...array]);
    for (const array of first) array.fill(99);
    expect(second.map((array) => [...array])).toEqual(copies);
    expect(executable.run([x]).slice(0, 5).map((array) => [...array])).toEqual(copies);
    expect([...x]).toEqual([1, 2, 3, 4]);
    const [two, three] = [[2, 4, 6, 8], [3, 3, 3, 3]];
    expect(copies).toEqual([two, two, two, three, three]);
  });

  it('may be read inside of the graph as well', () => {
    const a = input([3]);
    const square = map('mul', [a, a]);
    const root = map('sqrt', [square]);
    inEveryMode(() => {
      const [s, total, r] = run([a], [square, sum(square, [0], []), root], [Float64Array.of(1, 2, -3)]);
      expect([[...s!], [...total!], [...r!]]).toEqual([[1, 4, 9], [14], [1, 2, 3]]);
    });
  });

  it('survive a second run with other inputs, given one array twice', () => {
    const [a, b] = [input([3]), input([3])];
    const executable = cpu.compile(graph([a, b], [map('sub', [b, a])]));
    const [first] = executable.run([Float64Array.of(1, 2, 3), Float64Array.of(5, 5, 5)]);
    const x = Float64Array.of(7, 8, 9);
    expect([...executable.run([x, x])[0]!]).toEqual([0, 0, 0]);
    expect([...first!]).toEqual([4, 3, 2]);
  });
});

describe('failures', () => {
  it('leave the executable usable', () => {
    const [a, i] = [input([3]), input([1], 'int32')];
    const executable = cpu.compile(graph([a, i], [node('gather', [map('neg', [a]), i], { axis: 0 }, [1], 'float64')]));
    const x = Float64Array.of(1, 2, 3);
    expect(() => executable.run([x, Int32Array.of(3)])).toThrow(RangeError);
    expect([...executable.run([x, Int32Array.of(2)])[0]!]).toEqual([-3]);
  });
});

describe('memory', () => {
  it('allocates nothing but outputs when run', () => {
    const n = 1_000_000;
    const a = input([n]);
    // three buffers of 8 MB each: a running sum is never fused
    const c = node('cumsum', [map('mul', [a, a])], { axis: 0, reverse: false, exclusive: false }, [n], 'float64');
    const total = sum(map('mul', [c, node('reverse', [c], { axes: [0] }, [n], 'float64')]), [0], []);
    const executable = cpu.compile(graph([a], [total]));
    const x = new Float64Array(n).fill(1);
    const [first] = executable.run([x]);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 5; i++) expect(executable.run([x])[0]![0]).toBe(first![0]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('does not rely on what memory held before', () => {
    const n = 4;
    const a = input([1, n, n, 1]);
    const back = { window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] };
    const half = input([1, 2, 2, 1]);
    const [at, row] = [input([1, 2, 2, 1], 'int32'), input([4], 'int32')];
    const flat = node('reshape', [half], { shape: [4] }, [4], 'float64');
    const conv = { strides: [2, 2], padding: [[0, 0], [0, 0]], dilation: [1, 1], groups: 1 };
    const shape = [1, n, n, 1];
    const made = [
      node('pad', [half], { low: [0, 1, 0, 0], high: [0, 0, 1, 0], interior: [0, 1, 1, 0] }, shape, 'float64'),
      node('poolScatter', [half, at], { ...back, inputSize: [n, n] }, shape, 'float64'),
      node('windowSpread', [half], { ...back, inputSize: [n, n] }, shape, 'float64'),
      node('windowSum', [a], { window: [1, 1], strides: [1, 1], padding: [[0, 0], [0, 0]] }, shape, 'float64'),
      node('reshape', [node('scatterAdd', [flat, row], { axis: 0, size: 16 }, [16], 'float64')], { shape }, shape, 'float64'),
      node('conv2dInput', [half, input([1, 1, 1, 1])], { ...conv, inputSize: [n, n] }, shape, 'float64'),
      node('conv2d', [a, input([1, 1, 1, 1])], { ...conv, strides: [1, 1] }, shape, 'float64'),
      node('reduceSum', [node('broadcast', [a], { shape: [3, n, n, 1] }, [3, n, n, 1], 'float64')], { axes: [0] }, [n, n, 1], 'float64'),
    ];
    const cumsum = (x: Node): Node => node('cumsum', [x], { axis: 1, reverse: false, exclusive: false }, x.shape, 'float64');
    for (const first of made) {
      const inputs = [a, half, at, row, ...first.inputs.filter((i) => i.shape.join() === '1,1,1,1')];
      const data = [random(shape), random([4]), Int32Array.of(1, 0, 3, 2), Int32Array.of(9, 2, 2, 5), Float64Array.of(2)];
      // the third of the buffers takes the place of the first, so a second run finds it full
      const executable = cpu.compile(graph(inputs, [map('neg', [cumsum(cumsum(cumsum(first)))])]));
      const [once] = executable.run(data);
      expect([...executable.run(data)[0]!], first.op).toEqual([...once!]);
    }
  });

  it('holds on to no input or output', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const a = input([4]);
    const executable = cpu.compile(graph([a], [map('neg', [a])]));
    const used = ((): WeakRef<TypedArray>[] => {
      const x = new Float64Array(4);
      return [x, ...executable.run([x])].map((array) => new WeakRef(array));
    })();
    await new Promise((resolve) => setTimeout(resolve));
    collect();
    expect(used.map((ref) => ref.deref())).toEqual([undefined, undefined]);
    executable.dispose();
  });

  const slot = (size: number, kind: Slot['kind'] = 'scratch', dtype: DType = 'float64'): Slot => ({ size, kind, dtype });

  it('shares memory between values that never live together', () => {
    const slots = [slot(4, 'input'), slot(4), slot(8), slot(6, 'scratch', 'float32'), slot(4, 'output')];
    const arrays = allocate(slots, [
      { reads: [0], write: 1, inPlace: [] },
      { reads: [1], write: 2, inPlace: [] },
      { reads: [2], write: 3, inPlace: [2] },
      { reads: [3], write: 4, inPlace: [] },
    ]);
    expect(arrays.map((a) => a?.length)).toEqual([undefined, 4, 8, 6, undefined]);
    expect(arrays[3]!.buffer).toBe(arrays[1]!.buffer); // the first value is dead by then
    expect(arrays[2]!.buffer).not.toBe(arrays[1]!.buffer);
  });

  it('overwrites a dying operand only where it may', () => {
    const steps = (inPlace: number[]) => [
      { reads: [], write: 0, inPlace: [] },
      { reads: [0], write: 1, inPlace },
      { reads: [1], write: 2, inPlace: [] },
    ];
    const slots = [slot(4), slot(4), slot(1, 'output')];
    const [a, b] = allocate(slots, steps([0]));
    expect(a!.buffer).toBe(b!.buffer);
    const [c, d] = allocate(slots, steps([]));
    expect(c!.buffer).not.toBe(d!.buffer);
    const [e, f] = allocate([slot(4), slot(4, 'scratch', 'float32'), slot(1, 'output')], steps([0]));
    expect(e!.buffer).not.toBe(f!.buffer);
  });

  it('does not overwrite integers with wider numbers, of which half as many take the same memory', () => {
    const x = input([4], 'int32');
    const sums = node('cumsum', [x], { axis: 0 }, [4], 'int32');
    const first = node('slice', [node('cast', [sums], { dtype: 'float64' }, [4], 'float64')], { start: [0], stop: [2], strides: [1] }, [2], 'float64');
    // a product needs its operand in memory, so that the sum in between is scratch
    const added = map('add', [first, full(0.5)]);
    const product = node('matmul', [node('reshape', [added], { shape: [2, 1] }, [2, 1], 'float64'), full(1, [1, 1])], {}, [2, 1], 'float64');
    expect([...run([x], [product], [Int32Array.of(1, 2, 3, 4)])[0]!]).toEqual([1.5, 3.5]);
  });

  it('does not overwrite what it reads out of order', () => {
    const a = input([3, 3]);
    const c = node('cumsum', [a], { axis: 0, reverse: false, exclusive: false }, [3, 3], 'float64');
    const turned = node('transpose', [c], { perm: [1, 0] }, [3, 3], 'float64');
    const x = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    inEveryMode((mode) => {
      const rows = node('cumsum', [map('sub', [c, turned])], { axis: 1, reverse: false, exclusive: false }, [3, 3], 'float64');
      const [y] = run([a], [rows], [x]);
      expect([...y!], mode).toEqual([0, -3, -12, 3, 3, -3, 9, 15, 15]);
    });
  });
});

describe('generated code', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    codegen.enabled = undefined;
  });

  it('is shared by loops of one form, whatever their sizes and node numbers', () => {
    const build = (n: number): void => {
      const [a, b] = [input([n, 3], 'float32'), input([3], 'float32')];
      run([a, b], [map('atan2', [map('add', [a, b]), full(n, [], 'float32')])], [random([n, 3], 'float32'), random([3], 'float32')]);
    };
    build(50);
    const count = kernelCount();
    build(51);
    build(1000);
    expect(kernelCount()).toBe(count);
  });

  it('is not used where the realm forbids it', () => {
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('unsafe-eval');
    });
    codegen.enabled = undefined;
    expect(canGenerate()).toBe(false);
    const a = input([3]);
    expect([...run([a], [map('add', [a, full(1)])], [Float64Array.of(1, 2, 3)])[0]!]).toEqual([2, 3, 4]);
  });

  it('is used elsewhere', () => {
    expect(canGenerate()).toBe(true);
  });
});

describe('fusion', () => {
  /** A random program over a few shapes that broadcast together. */
  function program(seed: number, dtype: DType): { inputs: Node[]; outputs: Node[]; data: TypedArray[] } {
    const next = sequence(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(((next() + 1) / 2) * list.length) % list.length]!;
    const shapes = [[4, 6], [6], [4, 1], []];
    const inputs = shapes.map((shape) => input(shape, dtype));
    const pool: Node[] = [...inputs, full(0.5, [], dtype), full(2, [6], dtype)];
    const broadcast = (a: readonly number[], b: readonly number[]): number[] => {
      const rank = Math.max(a.length, b.length);
      return Array.from({ length: rank }, (_, i) => Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1));
    };
    const step: (() => Node)[] = [
      () => map(pick(['neg', 'sin', 'sigmoid', 'abs']), [pick(pool)]),
      () => {
        const [a, b] = [pick(pool), pick(pool)];
        return map(pick(['add', 'sub', 'mul', 'max', 'atan2']), [a, b], dtype, broadcast(a.shape, b.shape));
      },
      () => {
        const [a, b, c] = [pick(pool), pick(pool), pick(pool)];
        const test = map('less', [a, b], 'bool', broadcast(a.shape, b.shape));
        return map('select', [test, b, c], dtype, broadcast(test.shape, c.shape));
      },
      () => {
        const a = pick(pool);
        return node('reverse', [a], { axes: a.shape.map((_, i) => i) }, a.shape, dtype);
      },
      () => {
        const a = pick(pool);
        if (a.shape.length < 2) return node('broadcast', [a], { shape: [4, 6] }, [4, 6], dtype);
        const turned = [...a.shape].reverse();
        return node('transpose', [node('reshape', [a], { shape: turned }, turned, dtype)], { perm: [1, 0] }, a.shape, dtype);
      },
      () => {
        const a = pick(pool);
        return a.shape.length === 2 ? node(pick(['reduceSum', 'reduceMax']), [a], { axes: [0] }, [a.shape[1]!], dtype) : a;
      },
    ];
    for (let i = 0; i < 25; i++) {
      const made = pick(step)();
      // shapes outside of the family would not broadcast with it
      if (shapes.some((shape) => String(shape) === String(made.shape))) pool.push(made);
    }
    return { inputs, outputs: [...pool.slice(-3), pick(pool)], data: shapes.map((shape, k) => random(shape, dtype, seed + k)) };
  }

  for (const dtype of ['float64', 'float32'] as const) {
    it(`does not change results, ${dtype}`, () => {
      for (let seed = 1; seed <= 60; seed++) {
        const { inputs, outputs, data } = program(seed, dtype);
        planning.fusion = false;
        codegen.enabled = false;
        const plain = run(inputs, outputs, data);
        inEveryMode((mode) => {
          const executable = cpu.compile(graph(inputs, outputs));
          for (let again = 0; again < 2; again++) {
            // float32 intermediates stay in double precision inside of a loop: a chain of 25 operations differs by some of its roundings
            executable.run(data).forEach((y, k) => expectClose(y, plain[k]!, dtype === 'float64' ? 1e-14 : 1e-6, `seed ${seed}, ${mode}`));
          }
        });
      }
    });
  }

  it('keeps masks consistent with rounded float32 values', () => {
    const n = 4096;
    const [a, b] = [input([n], 'float32'), input([n], 'float32')];
    const product = map('mul', [a, b]);
    const data = [random([n], 'float32', 1), random([n], 'float32', 2)];
    const rounded = data[0]!.map((v, i) => v * data[1]![i]!);
    const c = input([n], 'float32');
    inEveryMode((mode) => {
      const [same] = run([a, b, c], [map('equal', [product, c], 'bool')], [...data, rounded]);
      expect(same!.every((v) => v === 1), mode).toBe(true);
    });
  });

  it('handles loops that are longer than one function should be', () => {
    const a = input([5]);
    let x: Node = a;
    for (let i = 0; i < 300; i++) x = map('add', [x, full(i % 7)]);
    const [y] = run([a], [x], [new Float64Array(5)]);
    let total = 0;
    for (let i = 0; i < 300; i++) total += i % 7;
    expect([...y!]).toEqual([total, total, total, total, total]);
  });
});
