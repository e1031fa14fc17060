import { afterEach, describe, expect, it, vi } from 'vitest';
import { microkernel } from '../../../src/engines/cpu/microkernel.js';
import type { DType, TypedArray } from '../../../src/api.js';
import { cpu } from '../../../src/engines/cpu/index.js';
import { graph, input, node, random, withAndWithoutVectors } from './graph.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('microkernel', () => {
  it('adds a product to a block', () => {
    withAndWithoutVectors(() => {
      for (const dtype of ['float64', 'float32'] as const) {
        const kernel = microkernel(dtype);
        const [m, n, k] = [7, 9, 5];
        kernel.reserve(m * k);
        const columns = Math.ceil(n / kernel.width) * kernel.width;
        for (let i = 0; i < m * k; i++) kernel.a[i] = i - 10;
        for (let j = 0; j < columns; j++) for (let l = 0; l < k; l++) kernel.b[Math.floor(j / kernel.width) * kernel.width * k + l * kernel.width + (j % kernel.width)] = j * l + 1;
        kernel.c.fill(100, 0, 8 * columns + columns);
        kernel.address(0, Int32Array.from({ length: m }, (_, i) => i * k), 0, m, Int32Array.from({ length: k }, (_, l) => l), 0, k);
        kernel.multiply(m, n, k, columns, columns);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 100;
            for (let l = 0; l < k; l++) sum += (i * k + l - 10) * (j * l + 1);
            expect(kernel.c[(i + 1) * columns + j]).toBe(sum);
          }
        }
        expect(kernel.c[0]).toBe(100);
      }
    });
  });

  it('uses vectors where there are any: four columns of float64, eight of float32', () => {
    expect([microkernel('float64').width, microkernel('float32').width]).toEqual([4, 8]);
    const kernel = microkernel('float32');
    kernel.reserve(1);
    expect(kernel.a).toBeInstanceOf(Float32Array);
  });

  it.each([
    ['no WebAssembly', undefined],
    ['a policy against it', { Module: class { constructor() { throw new Error('refused'); } } }],
  ])('does without in a realm with %s', async (_, value) => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', value);
    const fresh = await import('../../../src/engines/cpu/microkernel.js');
    const kernel = fresh.microkernel('float32');
    kernel.reserve(1);
    expect(kernel.width).toBe(4);
    expect(kernel.a).toBeInstanceOf(Float64Array);
  });

  it('serves plans of both dtypes when one has made the memory grow', () => {
    withAndWithoutVectors(() => {
      const small = (dtype: DType): { run: () => TypedArray[] } => {
        const [a, b, image, filter] = [input([20, 21], dtype), input([21, 22], dtype), input([1, 6, 6, 2], dtype), input([3, 3, 2, 3], dtype)];
        const product = node('matmul', [a, b], {}, [20, 22], dtype);
        const convolved = node('conv2d', [image, filter], {}, [1, 4, 4, 3], dtype);
        const executable = cpu.compile(graph([a, b, image, filter], [product, convolved]));
        const data = [a, b, image, filter].map((n) => random(n.shape, dtype));
        return { run: () => executable.run(data) };
      };
      const plans = [small('float32'), small('float64')];
      const before = plans.map((plan) => plan.run());
      const [wide, filter] = [input([1, 4, 200_000, 8]), input([3, 3, 8, 1])];
      const large = cpu.compile(graph([wide, filter], [node('conv2d', [wide, filter], {}, [1, 2, 199_998, 1], 'float64')]));
      large.run([new Float64Array(6_400_000), new Float64Array(72)]);
      expect(plans.map((plan) => plan.run())).toEqual(before);
    });
  });
});
