import { describe, expect, it } from 'vitest';
import { hessian, lossPath, lossSlice, riskFunction, topEigenpairs } from '../../src/index.js';
import { netProblem } from '../problems.js';

const doubleWell = (w: Float64Array): number => (w[0]! ** 2 - 1) ** 2;

describe('lossPath', () => {
  it('finds the barrier of a double well', async () => {
    const { t, loss, barrier, bump, distance } = await lossPath(doubleWell, [-1], [1]);
    expect([t.length, t[0], t[20], t[40]]).toEqual([41, 0, 0.5, 1]);
    expect(loss[20]).toBe(1);
    expect([barrier, bump, distance]).toEqual([1, 1, 2]);
  });

  it('has no barrier in a bowl, and measures it between the ends only', async () => {
    const { barrier, bump } = await lossPath((w) => w[0]! ** 2, [-1], [3]);
    expect([barrier, bump]).toEqual([0, 0]);
    const beyond = await lossPath(doubleWell, [-1], [1], { from: -0.5, to: 1.4, points: 20 });
    expect(beyond.loss[0]).toBe(9);
    expect(beyond.barrier).toBeCloseTo(1, 12);
  });

  it('sets the barrier against the line between unequal ends', async () => {
    // L(t) = 4 t (1 − t) + t rises 1.5625 − 1 above the higher end, and 1 above the chord.
    const { barrier, bump } = await lossPath((w) => 4 * w[0]! * (1 - w[0]!) + w[0]!, [0], [1], { points: 1001 });
    expect(barrier).toBeCloseTo(1, 12);
    expect(bump).toBeCloseTo(0.5625, 12);
  });

  it('refuses ends of different length and a loss that is not finite', async () => {
    await expect(lossPath(doubleWell, [1], [1, 2])).rejects.toThrow(/one length, got 1 and 2/);
    await expect(lossPath(() => NaN, [1], [2])).rejects.toThrow(/at t = 0 is NaN/);
    await expect(lossPath(doubleWell, [1], [2], { points: 1 })).rejects.toThrow(RangeError);
    await expect(lossPath(doubleWell, [1], [2], { from: 1, to: 0 })).rejects.toThrow(RangeError);
  });
});

describe('lossSlice', () => {
  it('evaluates a line and a square', async () => {
    const f = (w: Float64Array): number => w[0]! + 10 * w[1]!;
    const line = await lossSlice(f, [1, 1], [[1, 0]], { points: 3, radius: 2 });
    expect([...line.coordinates]).toEqual([-2, 0, 2]);
    expect([...line.loss]).toEqual([9, 11, 13]);
    const square = await lossSlice(f, [0, 0], [[1, 0], [0, 1]], { points: 2 });
    expect([...square.loss]).toEqual([-11, -9, 9, 11]);
    expect((await lossSlice(() => Infinity, [0], [[1]], { points: 2 })).overflows).toBe(2);
  });

  it('has the eigenvalue as its curvature along an eigenvector', async () => {
    const problem = netProblem();
    const { values, vectors } = await topEigenpairs(hessian(problem), { k: 2, tolerance: 1e-10 });
    const risk = riskFunction(problem);
    const { loss } = await lossSlice(risk, await risk.point(), vectors, { radius: 1e-3, points: 3 });
    // Second differences of step 1e-3 leave about 1e-6.
    expect((loss[3]! - 2 * loss[4]! + loss[5]!) / 1e-6).toBeCloseTo(values[0]!, 5);
    expect((loss[1]! - 2 * loss[4]! + loss[7]!) / 1e-6).toBeCloseTo(values[1]!, 5);
    expect(loss[4]).toBeCloseTo(await hessian(problem).risk(), 14);
    risk.dispose();
  });

  it('gives the risk of split batches as of one, and sums as sums', async () => {
    const [one, split, total] = [riskFunction(netProblem()), riskFunction(netProblem('float64', [1, 11])), riskFunction(netProblem('float64', [4, 8], 'sum'))];
    const w = await one.point();
    expect(await split(w)).toBeCloseTo(await one(w), 14);
    expect(await total(w)).toBeCloseTo(12 * (await one(w)), 12);
  });

  it('refuses wrong directions', async () => {
    await expect(lossSlice(doubleWell, [0], [])).rejects.toThrow(/one or two, got 0/);
    await expect(lossSlice(doubleWell, [0], [[1, 2]])).rejects.toThrow(/directions\[0\] must have the point's length 1, got 2/);
    await expect(lossSlice(doubleWell, [0], [[1]], { radius: 0 })).rejects.toThrow(RangeError);
  });
});
