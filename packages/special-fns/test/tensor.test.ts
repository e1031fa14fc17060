/** The same functions on tensors, their derivatives to third order, and training through them. */
import { compile, grad, hvp, jvp, random, tensor, type Tensor, valueAndGrad, vmap } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import * as host from '../src/index.js';
import { besselIRatio, besselKRatio, logBesselI, logBesselK, vmfLogNormalizer, vmfLogPdf } from '../src/tensor/index.js';
import { doubles, type EncodedValues, golden, relativeError, values } from './golden.js';

const tables = golden<Readonly<Record<string, Readonly<Record<'v' | 'x', string>> & Readonly<Record<'i' | 'k' | 'iRatio' | 'kRatio', EncodedValues>>>>>('log-bessel');
const scalar = (x: number): Tensor => tensor([x], [1], 'float64');
const only = (t: Tensor): number => t.dataSync()[0]!;

describe.each(Object.keys(tables))('values at %s points', (name) => {
  const table = tables[name]!;
  const [v, x] = [doubles(table.v), doubles(table.x)];
  const columns = { i: logBesselI, k: logBesselK, iRatio: besselIRatio, kRatio: besselKRatio };
  it.each(Object.keys(columns) as (keyof typeof columns)[])('%s', (column) => {
    const expected = values(table[column]);
    for (let i = 0; i < Math.min(v.length, 60); i++) {
      const found = only(columns[column](v[i]!, scalar(x[i]!)));
      const error = column.endsWith('Ratio') ? relativeError(found, expected[i]!) : Math.abs(found - expected[i]!) / Math.max(1, Math.abs(expected[i]!), v[i]!);
      // Measured 1.2e-15 at worst.
      expect(error, `v = ${v[i]}, x = ${x[i]}`).toBeLessThan(3e-15);
    }
  });
});

describe('derivatives', () => {
  const points: [number, number][] = [[0, 0.7], [0.5, 3], [4, 1], [20, 30], [500, 200]];
  it('are the recurrences, to second order as on the host', () => {
    for (const [v, x] of points) {
      const at = scalar(x);
      const one = scalar(1);
      const [fi, fk] = [(t: Tensor) => logBesselI(v, t).sum(), (t: Tensor) => logBesselK(v, t).sum()];
      expect(relativeError(only(grad(fi)(at)), host.logBesselIDerivative(v, x))).toBeLessThan(2e-15);
      expect(relativeError(only(grad(fk)(at)), host.logBesselKDerivative(v, x))).toBeLessThan(2e-15);
      const scale = 1 + (v / x) ** 2;
      expect(Math.abs(only(hvp(fi)(at, one)) - host.logBesselISecondDerivative(v, x)) / scale).toBeLessThan(1e-14);
      expect(Math.abs(only(hvp(fk)(at, one)) - host.logBesselKSecondDerivative(v, x)) / scale).toBeLessThan(1e-14);
    }
  });

  it('to third order agree with closed forms at v = ½', () => {
    // log I_½ = ½ ln(2/(πx)) + ln sinh x; log K_½ = ½ ln(π/(2x)) − x
    const third = (f: (t: Tensor) => Tensor) => (x: number): number => {
      const second = (t: Tensor): Tensor => hvp((s: Tensor) => f(s).sum())(t, scalar(1));
      return only(jvp(second)(scalar(x), scalar(1))[1]);
    };
    for (const x of [0.3, 1, 2.5]) {
      const coth = 1 / Math.tanh(x);
      const csch2 = 1 / Math.sinh(x) ** 2;
      expect(relativeError(third((t) => logBesselI(0.5, t))(x), -1 / x ** 3 + 2 * coth * csch2)).toBeLessThan(1e-11);
      expect(relativeError(third((t) => logBesselK(0.5, t))(x), -1 / x ** 3)).toBeLessThan(1e-11);
    }
  });

  it('pass through compile and vmap', () => {
    const xs = tensor([0.5, 2, 9], [3], 'float64');
    const f = (x: Tensor): Tensor => logBesselI(1.5, x);
    expect([...compile(f)(xs).dataSync()]).toEqual([...f(xs).dataSync()]);
    const slopes = vmap(grad((x: Tensor) => logBesselK(1.5, x)))(xs);
    slopes.dataSync().forEach((s: number, i: number) => expect(relativeError(s, host.logBesselKDerivative(1.5, xs.dataSync()[i]!))).toBeLessThan(3e-15));
  });

  it('float32 to its precision', () => {
    const found = logBesselI(3, tensor([0.5, 5, 50], [3])).dataSync();
    [0.5, 5, 50].forEach((x, i) => expect(relativeError(found[i]!, host.logBesselI(3, x))).toBeLessThan(2e-6));
  });

  it('an order below zero is refused', () => {
    for (const f of [logBesselI, logBesselK, besselIRatio, besselKRatio]) expect(() => f(-1, scalar(1))).toThrow(/v must be a finite number of at least 0, got -1/);
    expect(() => vmfLogNormalizer(1, scalar(1))).toThrow(RangeError);
  });
});

describe('von Mises-Fisher', () => {
  it('normalizer and density as on the host', () => {
    for (const [p, kappa] of [[2, 1.5], [3, 0.2], [17, 30], [2048, 700]] as const)
      expect(relativeError(only(vmfLogNormalizer(p, scalar(kappa))), host.vmfLogNormalizer(p, kappa))).toBeLessThan(5e-14);
    const y = Float64Array.of(1, 0, 0, 0, 0.6, 0.8);
    const mu = Float64Array.of(0, 0, 1);
    const found = vmfLogPdf(tensor(y, [2, 3]), tensor(mu, [3]), scalar(4)).dataSync();
    host.vmfLogPdf(y, mu, 4).forEach((expected, i) => expect(relativeError(found[i]!, expected)).toBeLessThan(1e-14));
  });

  it('trains a net to predict directions and how sure it is of them', () => {
    const stream = random(5);
    const n = 200;
    const inputs = Float64Array.from({ length: n }, () => 2 * stream.uniform() - 1);
    // Directions at angle 1.5 x, κ 50 for x > 0 and 5 for x < 0.
    const targets = new Float64Array(2 * n);
    inputs.forEach((x, i) => targets.set(host.sampleVonMisesFisher(Float64Array.of(Math.cos(1.5 * x), Math.sin(1.5 * x)), x > 0 ? 50 : 5, 1, stream), 2 * i));
    const [x, y] = [tensor(inputs, [n, 1]), tensor(targets, [n, 2])];
    type Net = { w: Tensor; b: Tensor; u: Tensor; c: Tensor };
    const net = ({ w, b, u, c }: Net, t: Tensor): Tensor => t.matmul(w).add(b).tanh().matmul(u).add(c);
    const loss = (params: Net): Tensor => {
      const f = net(params, x);
      const kappa = f.square().sum(-1).sqrt();
      // κ μ = f
      return y.mul(f).sum(-1).add(vmfLogNormalizer(2, kappa)).mean().neg();
    };
    const draw = (shape: number[], scale: number): Tensor => stream.tensor('normal', shape, 'float64').mul(scale);
    let params: Net = { w: draw([1, 8], 1), b: draw([8], 0.5), u: draw([8, 2], 0.5), c: tensor([1, 0], [2], 'float64') };
    const step = compile((q: Net) => {
      const [value, slope] = valueAndGrad(loss as never)(q as never) as unknown as [Tensor, Net];
      const move = (a: Tensor, g: Tensor): Tensor => a.sub(g.mul(0.3));
      return { value, next: { w: move(q.w, slope.w), b: move(q.b, slope.b), u: move(q.u, slope.u), c: move(q.c, slope.c) } };
    });
    let value = Infinity;
    const first = only(loss(params).reshape([1]));
    for (let k = 0; k < 2500; k++) {
      const result = step(params) as unknown as { value: Tensor; next: Net };
      params = result.next;
      value = result.value.dataSync()[0]!;
    }
    expect(first).toBeGreaterThan(1);
    const truth = -inputs.reduce((s, x0, i) => s + host.vmfLogPdf(targets.subarray(2 * i, 2 * i + 2), Float64Array.of(Math.cos(1.5 * x0), Math.sin(1.5 * x0)), x0 > 0 ? 50 : 5)[0]!, 0) / n;
    // Measured: 1.52 at the start, 0.006 here, −0.08 for the density that the draws come from, whose κ jumps at 0.
    expect(value).toBeLessThan(truth + 0.15);
    const out = net(params, tensor([0.8, -0.8], [2, 1], 'float64')).dataSync();
    expect(Math.hypot(out[0]!, out[1]!)).toBeGreaterThan(3 * Math.hypot(out[2]!, out[3]!));
    expect(Math.abs(Math.atan2(out[1]!, out[0]!) - 1.2)).toBeLessThan(0.1);
    const direction = { w: draw([1, 8], 1), b: draw([8], 1), u: draw([8, 2], 1), c: draw([2], 1) };
    const product = hvp(loss as never)(params as never, direction as never) as unknown as Net;
    const shifted = (e: number): Net => ({ w: params.w.add(direction.w.mul(e)), b: params.b.add(direction.b.mul(e)), u: params.u.add(direction.u.mul(e)), c: params.c.add(direction.c.mul(e)) });
    const slope = (e: number): Float64Array => (grad(loss as never)(shifted(e) as never) as unknown as Net).u.dataSync() as Float64Array;
    const [up, down] = [slope(1e-5), slope(-1e-5)];
    product.u.dataSync().forEach((h, i) => expect(Math.abs((up[i]! - down[i]!) / 2e-5 - h)).toBeLessThan(1e-6 * (1 + Math.abs(h))));
  });
});
