import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grad, random, type Tensor, tensor, treeLeaves } from '@curv/tensor';
import {
  checkDomains, coralPenalty, type DomainBatch, fishPenalty, fishrPenalty, headGradient, headHessianDiagonal, headHessianDistance, headHessianProduct, headLoss, hessianAlignmentPenalty, irmPenalty, type LinearHead, vrexPenalty,
} from '../../src/index.js';
import { relativeError } from '../problems.js';

interface Golden {
  readonly penalties: { kind: 'hgp' | 'hutchinson'; mean: 'pooled' | 'average'; detachMean: boolean; erm: number; hessianTerm: number; gradientTerm: number; loss: number; gradient: number[] }[];
  readonly baselines: Record<'irm' | 'vrex' | 'fish' | 'fishr' | 'coral', number>;
}
const golden = JSON.parse(readFileSync(new URL('../golden/alignment.json', import.meta.url), 'utf8')) as Golden;

const f64 = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.flat(), [rows.length, rows[0]!.length], 'float64');
const labels = (...y: number[]): Tensor => tensor(Int32Array.from(y), [y.length]);
const near = (found: Tensor, wanted: readonly number[], digits = 14): void => {
  const data = found.dataSync();
  expect(data.length).toBe(wanted.length);
  wanted.forEach((x, i) => expect(data[i]!).toBeCloseTo(x, digits));
};

/** Logistic head on features whose last entry is 1. */
const logistic: LinearHead = { kernel: f64([[0.5], [-0.25], [0.1]]) };
const first: DomainBatch = { features: f64([[1, 2, 1], [0, -1, 1], [1, 1, 1], [-2, 0, 1]]), labels: labels(1, 0, 1, 0) };
const second: DomainBatch = { features: f64([[2, 0, 1], [1, -1, 1], [0, 3, 1]]), labels: labels(0, 1, 1) };
/** The same with the 1 as a bias. */
const biased: LinearHead = { kernel: f64([[0.5], [-0.25]]), bias: tensor([0.1], [1], 'float64') };
const withoutOnes = ({ features, labels: y }: DomainBatch): DomainBatch => ({ features: features.slice([0, 0], [features.shape[0]!, 2]), labels: y });

describe('logistic head', () => {
  it.each([
    ['with a constant feature', logistic, first, second],
    ['with a bias', biased, withoutOnes(first), withoutOnes(second)],
  ])('%s: losses, gradients, products, diagonals', async (_name, head, a, b) => {
    expect(headLoss(head, a).item()).toBeCloseTo(0.6005787114108032, 14);
    expect(headLoss(head, b).item()).toBeCloseTo(0.9377519097534476, 14);
    const [ga, gb] = [headGradient(head, a), headGradient(head, b)];
    near(ga, [-0.36662605708843043, -0.48751040626053, -0.00318378932785093]);
    near(gb, [0.4003624512214028, -0.5571995101648232, -0.06872773820146942]);
    near(headHessianProduct(head, a, ga), [-0.21083125067614905, -0.24902073995799423, -0.06894731608659807]);
    near(headHessianProduct(head, b, gb), [0.1535872345682288, -0.4543296349010909, -0.02285702137218401]);
    near(headHessianDiagonal(head, a), [0.3284686661461115, 0.370624737704142, 0.2349677843950389]);
    near(headHessianDiagonal(head, b), [0.3197507798499691, 0.7459674176197698, 0.2074968051727998]);
    expect(await headHessianDistance(head, a, b, { norm: 'spectral', tolerance: 1e-10 })).toBeCloseTo(0.5079137415516597, 12);
    expect(await headHessianDistance(head, a, b)).toBeCloseTo(0.5786859409771327, 13);
  });

  it('penalties', () => {
    const hgp = hessianAlignmentPenalty(logistic, [first, second], { kind: 'hgp', alpha: 1e-4, beta: 5e-3 });
    expect(hgp.hessianTerm.item()).toBeCloseTo((0.035516919538782346 + 0.06152069670630464) / 2, 14);
    expect(hgp.gradientTerm.item()).toBeCloseTo(0.14935598807906847, 14);
    expect(hgp.loss.item()).toBeCloseTo(0.7699169424033331, 14);
    const diagonal = hessianAlignmentPenalty(logistic, [first, second], { kind: 'hutchinson', alpha: 1, beta: 0 });
    expect(diagonal.hessianTerm.item()).toBeCloseTo(0.03542819590178664, 14);
  });
});

describe('softmax head', () => {
  // Classes are columns: W of the closed forms, transposed.
  const head: LinearHead = { kernel: f64([[0.1, 0.3, 0], [-0.2, 0, 0.4]]) };
  const domain: DomainBatch = { features: f64([[1, 2], [0, 1], [-1, 1]]), labels: labels(0, 2, 1) };

  it('loss, gradient, product, diagonal', () => {
    expect(headLoss(head, domain).item()).toBeCloseTo(1.316407390665633, 14);
    const g = headGradient(head, domain);
    near(g, [-0.35916914634809155, 0.3545325706795668, 0.00463657566852486, -0.3867584985195527, 0.05889658037506492, 0.3278619181444878]);
    near(headHessianProduct(head, domain, g), [-0.0725412719306593, 0.04994215797287168, 0.02259911395778759, -0.2099395976569437, 0.0047828525934967, 0.20515674506344697]);
    near(headHessianDiagonal(head, domain), [0.10974934172243946, 0.1340016919746744, 0.16658432972049667, 0.31397551664664164, 0.4192095962477888, 0.49886101320831155]);
  });

  it('products are those of differentiation, sum to 0 over classes, and are symmetric', () => {
    const stream = random(2);
    const [u, v] = [stream.tensor('normal', [2, 3], 'float64'), stream.tensor('normal', [2, 3], 'float64')];
    const hu = headHessianProduct(head, domain, u);
    const slope = grad((kernel: Tensor) => (headGradient({ kernel }, domain).mul(u).sum()))(head.kernel) as Tensor;
    expect(relativeError(hu.dataSync(), slope.dataSync())).toBeLessThan(1e-14);
    near(hu.sum(-1), [0, 0]);
    expect(v.mul(hu).sum().item()).toBeCloseTo(u.mul(headHessianProduct(head, domain, v)).sum().item(), 14);
    // A constant added to all logits changes nothing.
    const shifted: LinearHead = { ...head, bias: tensor([7, 7, 7], [3], 'float64') };
    near(headHessianDiagonal(shifted, domain).slice([0, 0], [2, 3]), [...headHessianDiagonal(head, domain).dataSync()]);
  });

  it('takes probabilities as labels', () => {
    const soft: DomainBatch = { features: domain.features, labels: f64([[1, 0, 0], [0, 0, 1], [0, 1, 0]]) };
    near(headGradient(head, soft), [...headGradient(head, domain).dataSync()], 15);
  });
});

describe('against double backward through a featurizer', () => {
  const array = (shape: number[], phase: number, scale = 1): Tensor => {
    const n = shape.reduce((a, b) => a * b, 1);
    return tensor(Float64Array.from({ length: n }, (_, i) => scale * Math.sin(0.7 * i + phase)), shape);
  };
  interface Params {
    readonly w: Tensor;
    readonly kernel: Tensor;
    readonly bias: Tensor;
  }
  const params: Params = { w: array([3, 4], 0.5), kernel: array([4, 3], 0.9, 0.8), bias: array([3], 0.2, 0.5) };
  const inputs = [array([5, 3], 0.1), array([4, 3], 1.3)];
  const domainsOf = ({ w }: Params): DomainBatch[] => inputs.map((x, e) => ({ features: x.matmul(w).tanh(), labels: [labels(0, 2, 1, 1, 2), labels(1, 0, 0, 2)][e]! }));

  it.each(golden.penalties)('$kind, mean $mean, detached $detachMean', ({ kind, mean, detachMean, ...wanted }) => {
    const penalty = (p: Params) => hessianAlignmentPenalty(p, domainsOf(p), { kind, mean, detachMean, alpha: 0.7, beta: 0.3 });
    const found = penalty(params);
    for (const part of ['erm', 'hessianTerm', 'gradientTerm', 'loss'] as const) expect(found[part].item()).toBeCloseTo(wanted[part], 13);
    const slopes = grad((p: Params) => penalty(p).loss)(params) as unknown as Params;
    expect(relativeError([...slopes.w.dataSync(), ...slopes.kernel.dataSync(), ...slopes.bias.dataSync()], wanted.gradient)).toBeLessThan(1e-13);
  });

  it('baselines', () => {
    const domains = domainsOf(params);
    const found = { irm: irmPenalty(params, domains), vrex: vrexPenalty(params, domains), fish: fishPenalty(params, domains), fishr: fishrPenalty(params, domains), coral: coralPenalty(domains) };
    for (const [name, value] of Object.entries(golden.baselines)) expect(found[name as keyof typeof found].item()).toBeCloseTo(value, 13);
  });

  it('derivatives agree with differences', () => {
    for (const f of [irmPenalty, vrexPenalty, fishPenalty, fishrPenalty, (_: LinearHead, d: DomainBatch[]) => coralPenalty(d)]) {
      const value = (p: Params): Tensor => f(p, domainsOf(p));
      const slopes = grad(value)(params) as unknown as Params;
      const direction = array([3, 4], 2.2);
      const h = 1e-5;
      const difference = (value({ ...params, w: params.w.add(direction.mul(h)) }).item() - value({ ...params, w: params.w.sub(direction.mul(h)) }).item()) / (2 * h);
      expect(slopes.w.mul(direction).sum().item()).toBeCloseTo(difference, 8);
      expect(treeLeaves(slopes as never).every((t) => (t as Tensor).dataSync().every(Number.isFinite))).toBe(true);
    }
  });
});

describe('alignment', () => {
  it('is exactly 0 for identical domains', () => {
    for (const kind of ['hgp', 'hutchinson'] as const) {
      const { hessianTerm, gradientTerm } = hessianAlignmentPenalty(logistic, [first, first], { kind, alpha: 1, beta: 1 });
      expect([hessianTerm.item(), gradientTerm.item()]).toEqual([0, 0]);
    }
    expect([vrexPenalty(logistic, [first, first]).item(), fishrPenalty(logistic, [first, first]).item(), coralPenalty([first, first]).item()]).toEqual([0, 0, 0]);
  });

  it('samples diagonals that converge to the exact ones', () => {
    const stream = random(4);
    const head: LinearHead = { kernel: stream.tensor('normal', [6, 3], 'float64') };
    const domain = (n: number): DomainBatch => ({ features: stream.tensor('normal', [n, 6], 'float64'), labels: labels(...Array.from({ length: n }, (_, i) => i % 3)) });
    const domains = [domain(40), domain(30)];
    const term = (options: object): number => hessianAlignmentPenalty(head, domains, { kind: 'hutchinson', alpha: 1, beta: 0, ...options }).hessianTerm.item();
    // 20 000 probes leave about 1 %.
    expect(Math.abs(term({ estimator: 'sampled', probes: 20_000 }) / term({}) - 1)).toBeLessThan(0.05);
    expect(term({ estimator: 'sampled', probes: 10, seed: 1 })).not.toBe(term({ estimator: 'sampled', probes: 10, seed: 2 }));
  });

  it('stays finite at saturated logits, at zero gradients, and with one class in a domain', () => {
    const saturated: LinearHead = { kernel: f64([[1e4], [-1e4], [0]]) };
    const one: DomainBatch = { features: first.features, labels: labels(1, 1, 1, 1) };
    const softmax: LinearHead = { kernel: f64([[1e4, -1e4], [-1e4, 1e4], [0, 0]]) };
    for (const head of [saturated, softmax]) {
      for (const kind of ['hgp', 'hutchinson'] as const) {
        const slope = grad((kernel: Tensor) => hessianAlignmentPenalty({ kernel }, [one, second], { kind, alpha: 1, beta: 1 }).loss)(head.kernel) as Tensor;
        expect(slope.dataSync().every(Number.isFinite)).toBe(true);
      }
    }
    const zero: DomainBatch = { features: f64([[0, 0, 0], [0, 0, 0]]), labels: labels(0, 1) };
    expect(hessianAlignmentPenalty(logistic, [zero, zero], { kind: 'hgp', alpha: 1, beta: 1 }).loss.item()).toBeCloseTo(Math.LN2, 14);
  });

  it('refuses what cannot be aligned', async () => {
    const options = { kind: 'hgp', alpha: 1, beta: 1 } as const;
    expect(() => hessianAlignmentPenalty(logistic, [first], options)).toThrow(/at least 2 domains, got 1/);
    expect(() => irmPenalty(logistic, [])).toThrow(RangeError);
    expect(() => hessianAlignmentPenalty(biased, [first, second], options)).toThrow(/\[examples, 2\] to fit the kernel, got shape \[4, 3\]/);
    expect(() => hessianAlignmentPenalty(logistic, [first, { features: tensor(new Float64Array(0), [0, 3]), labels: labels() }], options)).toThrow(/at least one example/);
    expect(() => hessianAlignmentPenalty(logistic, [first, second], { ...options, alpha: -1 })).toThrow(/alpha/);
    expect(() => hessianAlignmentPenalty(logistic, [first, second], { ...options, beta: NaN })).toThrow(/beta/);
    expect(() => hessianAlignmentPenalty(logistic, [first, second], { kind: 'hutchinson', alpha: 1, beta: 1, estimator: 'sampled', probes: 0 })).toThrow(/probes/);
    expect(() => headHessianProduct(logistic, first, f64([[1, 2]]))).toThrow(/must be \[3, 1\]/);
    await expect(checkDomains(logistic, [first, { ...second, labels: labels(0, 1, 2) }])).rejects.toThrow(/domains\[1\]: labels must be class numbers below 2, got 2/);
    await expect(headHessianDistance(logistic, first, { ...second, features: second.features.mul(NaN) })).rejects.toThrow(/domains\[1\]: features must be finite/);
  });
});
