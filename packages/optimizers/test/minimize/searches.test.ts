import { describe, expect, it } from 'vitest';
import { backtracking, hagerZhang, type LineSearch, moreThuente } from '../../src/index.js';

interface Phi {
  readonly name: string;
  readonly f: (t: number) => number;
  readonly d: (t: number) => number;
}

const BETA = 0.004;
const yanai = (b1: number, b2: number): Phi => {
  const gamma = (b: number): number => Math.sqrt(1 + b * b) - b;
  const f = (t: number): number => gamma(b1) * Math.sqrt((1 - t) ** 2 + b2 * b2) + gamma(b2) * Math.sqrt(t * t + b1 * b1);
  const d = (t: number): number => (gamma(b1) * (t - 1)) / Math.sqrt((1 - t) ** 2 + b2 * b2) + (gamma(b2) * t) / Math.sqrt(t * t + b1 * b1);
  return { name: `Yanai ${b1} ${b2}`, f, d };
};

/** The test functions of Moré & Thuente 1994, section 5: all but the piecewise one. */
const functions: readonly Phi[] = [
  { name: '−t / (t² + 2)', f: (t) => -t / (t * t + 2), d: (t) => (t * t - 2) / (t * t + 2) ** 2 },
  { name: '(t + 0.004)⁵ − 2 (t + 0.004)⁴', f: (t) => (t + BETA) ** 5 - 2 * (t + BETA) ** 4, d: (t) => 5 * (t + BETA) ** 4 - 8 * (t + BETA) ** 3 },
  yanai(0.001, 0.001),
  yanai(0.01, 0.001),
  yanai(0.001, 0.01),
];
const firsts = [1e-3, 0.1, 10, 1e3];

async function run(search: LineSearch, { f, d }: Phi, first: number): Promise<{ step: number; evaluations: number } | null> {
  let evaluations = 0;
  const at = (step: number) => ({ step, value: f(step), slope: d(step), point: { x: new Float64Array(), value: f(step), gradient: new Float64Array() } });
  const found = await search.search(async (step) => (evaluations++, at(step)), at(0), first);
  return found && { step: found.step, evaluations };
}

describe.each(functions.map((phi) => [phi.name, phi] as const))('%s', (_, phi) => {
  it.each(firsts)('Moré-Thuente from %d: the strong Wolfe conditions', async (first) => {
    const found = (await run(moreThuente({ decrease: 1e-4, curvature: 0.1 }), phi, first))!;
    expect(phi.f(found.step)).toBeLessThanOrEqual(phi.f(0) + 1e-4 * found.step * phi.d(0));
    expect(Math.abs(phi.d(found.step))).toBeLessThanOrEqual(0.1 * Math.abs(phi.d(0)));
    expect(found.evaluations).toBeLessThanOrEqual(20);
  });
  it.each(firsts)('Hager-Zhang from %d: the Wolfe conditions or their approximation', async (first) => {
    const { step } = (await run(hagerZhang({ decrease: 0.1, curvature: 0.5 }), phi, first))!;
    const slope = phi.d(0);
    const wolfe = phi.f(step) <= phi.f(0) + 0.1 * step * slope;
    const approximate = phi.f(step) <= phi.f(0) + 1e-6 * Math.abs(phi.f(0)) && phi.d(step) <= -0.8 * slope;
    expect(wolfe || approximate).toBe(true);
    expect(phi.d(step)).toBeGreaterThanOrEqual(0.5 * slope);
  });
  it.each(firsts)('backtracking from %d: sufficient decrease', async (first) => {
    const { step } = (await run(backtracking(), phi, first))!;
    expect(step).toBeLessThanOrEqual(first);
    expect(phi.f(step)).toBeLessThanOrEqual(phi.f(0) + 1e-4 * step * phi.d(0));
  });
});

it('steps back from where the function is not finite', async () => {
  const wall: Phi = { name: 'wall', f: (t) => (t < 1 ? -Math.log(1 - t) - 5 * t : Infinity), d: (t) => 1 / (1 - t) - 5 };
  for (const search of [moreThuente(), hagerZhang(), backtracking()]) {
    const found = (await run(search, wall, 10))!;
    expect(wall.f(found.step)).toBeLessThan(0);
  }
});

it('gives null where the slope is a lie', async () => {
  const lie: Phi = { name: 'lie', f: (t) => 1 + t, d: () => -1 };
  for (const search of [moreThuente(), hagerZhang(), backtracking()]) expect(await run(search, lie, 1)).toBeNull();
});
