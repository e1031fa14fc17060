import { afterEach, describe, expect, it, vi } from 'vitest';
import { microkernel } from '../../../src/engines/cpu/microkernel.js';
import { withAndWithoutVectors } from './graph.js';

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

  it('keeps the arrays of a dtype usable when the other one grows the memory', () => {
    withAndWithoutVectors(() => {
      const [single, double] = [microkernel('float32'), microkernel('float64')];
      single.reserve(1);
      double.reserve(double.a === undefined ? 1 << 20 : double.a.length + (1 << 20));
      single.a.set([1, 2, 3]);
      single.b.set([4]);
      expect([...single.a.subarray(0, 3), single.b[0]]).toEqual([1, 2, 3, 4]);
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

  it('keeps working when another kernel has grown the memory', () => {
    const [a, b] = [microkernel('float64'), microkernel('float32')];
    a.reserve(10);
    b.reserve(a.a.length * 4);
    a.reserve(10);
    expect(a.a.buffer).toBe(b.a.buffer);
    expect(a.c.length).toBeGreaterThan(0);
  });
});
