import { describe, expect, it } from 'vitest';
import { kdTree, type Matrix, matrix, randomStream } from '../src/index.js';
import { randomMatrix } from './helpers.js';

function scan(points: Matrix, query: Float64Array): { index: number; distance: number }[] {
  return Array.from({ length: points.rows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < points.columns; k++) sum += (points.data[i * points.columns + k]! - query[k]!) ** 2;
    return { index: i, distance: Math.sqrt(sum) };
  }).sort((a, b) => a.distance - b.distance || a.index - b.index);
}

describe('kdTree', () => {
  it.each([[1, 1], [5, 2], [12, 3], [13, 3], [1000, 1], [1000, 2], [1000, 3], [700, 8]])('agrees with a scan of %i points in %i dimensions', (n, d) => {
    const points = randomMatrix(n, d, n + d);
    const tree = kdTree(points);
    for (let q = 0; q < 20; q++) {
      const query = q < 5 ? points.data.slice((q % n) * d, ((q % n) + 1) * d) : randomStream(q).vector(d);
      const all = scan(points, query);
      for (const k of [1, 7, n]) {
        const { indices, distances } = tree.nearest(query, k);
        expect(Array.from(indices)).toEqual(all.slice(0, k).map((p) => p.index));
        expect(Array.from(distances)).toEqual(all.slice(0, k).map((p) => p.distance));
      }
      const radius = 0.3 + q / 10;
      expect(Array.from(tree.within(query, radius).indices)).toEqual(all.filter((p) => p.distance <= radius).map((p) => p.index));
    }
  });

  it('takes equal points, grids with ties, and none', () => {
    const same = kdTree(matrix(100, 2, new Float64Array(200).fill(1)));
    expect(Array.from(same.nearest(Float64Array.of(0, 0), 3).indices)).toEqual([0, 1, 2]);
    const grid = matrix(400, 2, Float64Array.from({ length: 800 }, (_, k) => (k % 2 === 0 ? Math.floor(k / 40) : Math.floor(k / 2) % 20)));
    const query = Float64Array.of(9.5, 9.5);
    expect(Array.from(kdTree(grid).nearest(query, 12).indices)).toEqual(scan(grid, query).slice(0, 12).map((p) => p.index));
    expect(kdTree(matrix(0, 3)).nearest(new Float64Array(3)).indices.length).toBe(0);
  });

  it('refuses what does not fit', () => {
    const tree = kdTree(randomMatrix(5, 2, 1));
    expect(() => tree.nearest(new Float64Array(3))).toThrow('kdTree.nearest: query must have 2 elements, got 3');
    expect(() => tree.nearest(new Float64Array(2), 0)).toThrow('k must be an integer of at least 1, got 0');
    expect(() => tree.within(new Float64Array(2), -1)).toThrow('radius must be a finite number of at least 0, got -1');
    expect(() => kdTree(matrix(3, 0))).toThrow('points.columns must be an integer of at least 1');
  });
});
