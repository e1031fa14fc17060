import { afterEach, describe, expect, it } from 'vitest';
import { gemm, vectors, view } from '../../src/dense/gemm.js';
import { vectorKernel } from '../../src/dense/vector-kernel.js';
import { maxDifference, randomMatrix } from '../helpers.js';

afterEach(() => {
  vectors.enabled = true;
});

describe.each([true, false])('gemm, vectors %s', (enabled) => {
  it.each([[0, 3, 2], [1, 1, 1], [3, 5, 7], [4, 4, 4], [17, 33, 9], [129, 257, 258], [5, 600, 3], [300, 2, 300]])('multiplies %i×%i with depth %i in any layout', (m, n, k) => {
    vectors.enabled = enabled;
    const a = randomMatrix(m, k, 1).data;
    const b = randomMatrix(k, n, 2).data;
    const start = randomMatrix(m, n, 3).data;
    const exact = start.slice();
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let t = 0; t < k; t++) sum += a[i * k + t]! * b[t * n + j]!;
        exact[i * n + j]! -= sum;
      }
    }
    const plain = start.slice();
    gemm(m, n, k, -1, view(a, 0, k), view(b, 0, n), view(plain, 0, n));
    expect(maxDifference(plain, exact)).toBeLessThan(1e-13 * Math.sqrt(k));
    // transposed operands within larger matrices
    const at = new Float64Array((k + 2) * (m + 3));
    for (let i = 0; i < m; i++) for (let t = 0; t < k; t++) at[(t + 1) * (m + 3) + i + 2] = a[i * k + t]!;
    const bt = new Float64Array(n * (k + 1));
    for (let t = 0; t < k; t++) for (let j = 0; j < n; j++) bt[j * (k + 1) + t] = b[t * n + j]!;
    const wide = new Float64Array(m * (n + 5));
    for (let i = 0; i < m; i++) wide.set(start.subarray(i * n, (i + 1) * n), i * (n + 5) + 4);
    gemm(m, n, k, -1, view(at, m + 5, 1, m + 3), view(bt, 0, 1, k + 1), view(wide, 4, n + 5));
    for (let i = 0; i < m; i++) {
      expect(wide.subarray(i * (n + 5) + 4, i * (n + 5) + 4 + n)).toEqual(plain.subarray(i * n, (i + 1) * n));
      expect(Array.from(wide.subarray(i * (n + 5), i * (n + 5) + 4))).toEqual([0, 0, 0, 0]);
    }
  });
});

describe('vectorKernel', () => {
  it('is there in this realm, and null where WebAssembly is not', () => {
    expect(vectorKernel(4, 4, 4)).not.toBeNull();
    const given = globalThis.WebAssembly;
    try {
      (globalThis as { WebAssembly: unknown }).WebAssembly = undefined;
      expect(vectorKernel(4, 4, 4)).toBeNull();
    } finally {
      globalThis.WebAssembly = given;
    }
  });
});
