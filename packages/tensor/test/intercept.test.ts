import { describe, expect, it } from 'vitest';
import { compile, grad, intercept, type Tensor, tensor } from '../src/index.js';

const model = ({ w }: { w: Tensor }, x: Tensor): Tensor => x.matmul(w).tanh().sum();
const w = tensor([0.3, -0.2], [2, 1], 'float64');
const x = tensor([1, 2, 3, 4], [2, 2], 'float64');

describe('intercept', () => {
  it('sees operations in order, with arguments as the objects that they are', () => {
    const seen: string[] = [];
    let sameWeight = false;
    const watched = intercept(model, ({ op, operands }) => {
      seen.push(op);
      if (op === 'matmul') sameWeight = operands[1]!.shape[1] === 1;
      return undefined;
    });
    expect(watched({ w }, x).item()).toBe(model({ w }, x).item());
    expect(seen).toEqual(['matmul', 'tanh', 'reduceSum']);
    expect(sameWeight).toBe(true);
    let found = false;
    const identified = (p: { w: Tensor }, data: Tensor): Tensor => intercept(model, ({ op, operands }) => void (op === 'matmul' && (found = operands[1] === p.w)))(p, data);
    compile(identified)({ w }, x);
    expect(found).toBe(true);
  });

  it('replaces results, and can be differentiated', () => {
    const doubled = intercept(model, ({ op, result }) => (op === 'matmul' ? result.mul(2) : undefined));
    const byHand = (p: { w: Tensor }, data: Tensor): Tensor => data.matmul(p.w).mul(2).tanh().sum();
    expect(doubled({ w }, x).item()).toBeCloseTo(byHand({ w }, x).item(), 15);
    const [a, b] = [grad(doubled)({ w }, x).w as Tensor, grad(byHand)({ w }, x).w as Tensor];
    expect([...a.dataSync()]).toEqual([...b.dataSync()]);
  });
});
