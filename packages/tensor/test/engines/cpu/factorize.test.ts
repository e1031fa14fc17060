import { describe, expect, it } from 'vitest';
import type { DType, TypedArray } from '../../../src/api.js';
import { cpu } from '../../../src/engines/cpu/index.js';
import { array, expectClose, FLOATS, graph, input, node, random, run } from './graph.js';

/** Positive definite matrices B·Bᵀ + n·I, with garbage above the diagonal. */
function positive(count: number, n: number, dtype: DType): TypedArray {
  const b = random([count, n, n], 'float64', 4);
  const out = array(dtype, count * n * n);
  for (let at = 0; at < count * n * n; at += n * n) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = i === j ? n : 0;
        for (let k = 0; k < n; k++) sum += b[at + i * n + k]! * b[at + j * n + k]!;
        out[at + i * n + j] = j <= i ? sum : 99;
      }
    }
  }
  return out;
}

describe('cholesky', () => {
  for (const dtype of FLOATS) {
    it(`gives the lower factor in ${dtype}`, () => {
      for (const [count, n] of [[1, 1], [2, 3], [1, 20], [0, 2], [2, 0]] as const) {
        const x = positive(count, n, dtype);
        const a = input([count, n, n], dtype);
        const [l] = run([a], [node('cholesky', [a], {}, [count, n, n], dtype)], [x]);
        for (let at = 0; at < count * n * n; at += n * n) {
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) {
              if (j > i) expect(l![at + i * n + j]).toBe(0);
              let sum = 0;
              for (let k = 0; k < n; k++) sum += l![at + i * n + k]! * l![at + j * n + k]!;
              // relative to an entry that may be the small difference of larger products
              if (j <= i) expect(Math.abs(sum / x[at + i * n + j]! - 1)).toBeLessThan(dtype === 'float64' ? 1e-13 : 1e-5);
            }
          }
        }
      }
    });
  }
  it('gives NaN from a pivot that is not positive', () => {
    const a = input([3, 3]);
    const [l] = run([a], [node('cholesky', [a], {}, [3, 3], 'float64')], [Float64Array.of(4, 0, 0, 2, 1, 0, 2, 5, 9)]);
    expect([...l!]).toEqual([2, 0, 0, 1, NaN, 0, 1, NaN, NaN]);
  });
  it('gives a matrix its factor after one that has none', () => {
    const a = input([2, 2, 2]);
    const executable = cpu.compile(graph([a], [node('cholesky', [a], {}, [2, 2, 2], 'float64')]));
    for (let i = 0; i < 2; i++) expect([...executable.run([Float64Array.of(0, 0, 3, 1, 4, 0, 2, 5)])[0]!]).toEqual([NaN, 0, NaN, NaN, 2, 0, 1, 2]);
  });
});

describe('triangularSolve', () => {
  for (const dtype of FLOATS) {
    it(`undoes multiplication in ${dtype}`, () => {
      for (const [count, n, k] of [[1, 1, 1], [2, 4, 3], [1, 15, 2], [1, 3, 0], [0, 2, 2]] as const) {
        const a = random([count, n, n], dtype, 7);
        for (let at = 0; at < count; at++) for (let i = 0; i < n; i++) a[at * n * n + i * n + i] = 3 + i;
        for (const lower of [true, false]) {
          for (const transpose of [true, false]) {
            for (const unit of [true, false]) {
              const entry = (at: number, i: number, j: number): number => {
                if (i === j) return unit ? 1 : a[at * n * n + i * n + i]!;
                const [row, column] = transpose ? [j, i] : [i, j];
                return row > column === lower ? a[at * n * n + row * n + column]! : 0;
              };
              const b = random([count, n, k], dtype, 8);
              const [p, q] = [input([count, n, n], dtype), input([count, n, k], dtype)];
              const [x] = run([p, q], [node('triangularSolve', [p, q], { lower, transpose, unit }, [count, n, k], dtype)], [a, b]);
              const back: number[] = [];
              let size = 1;
              for (let at = 0; at < count; at++) {
                for (let i = 0; i < n; i++) {
                  for (let c = 0; c < k; c++) {
                    let sum = 0;
                    for (let j = 0; j < n; j++) {
                      const term = entry(at, i, j) * x![at * n * k + j * k + c]!;
                      size = Math.max(size, Math.abs(term));
                      sum += term;
                    }
                    back.push(sum);
                  }
                }
              }
              // unit triangles with random entries are ill-conditioned: the residual is relative to the largest term
              expectClose(b, back, (dtype === 'float64' ? 1e-14 : 1e-6) * size, `${n} ${lower} ${transpose} ${unit}`);
            }
          }
        }
      }
    });
  }
});
