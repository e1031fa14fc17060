import { describe, expect, it } from 'vitest';
import { batchNorm, moments, random, softmaxCrossEntropy, type Tensor } from '@curv/tensor';
import { checkDeterminism, type Problem } from '../src/index.js';
import { netProblem } from './problems.js';

describe('checkDeterminism', () => {
  it('passes sound problems', async () => {
    for (const reduction of ['mean', 'sum'] as const) {
      const check = await checkDeterminism(netProblem('float64', [5, 7], reduction));
      expect(check).toMatchObject({ lossVariation: 0, dataVariation: 0, passed: true, problems: [] });
      expect(check.couplingDefect).toBeLessThan(1e-14);
    }
    expect((await checkDeterminism(netProblem('float32'))).passed).toBe(true);
    expect((await checkDeterminism(netProblem('float64', [1]))).couplingDefect).toBeNull();
  });

  it('names dropout', async () => {
    const problem = netProblem();
    const stream = random(3);
    const model = (p: any, { x }: any): Tensor => {
      const kept = stream.tensor('uniform', [12, 5], 'float64').less(0.8).cast('float64');
      return x.matmul(p.hidden.kernel).tanh().mul(kept).matmul(p.out.kernel);
    };
    const check = await checkDeterminism({ ...problem, model });
    expect(check.passed).toBe(false);
    expect(check.lossVariation).toBeGreaterThan(1e-3);
    expect(check.problems[0]).toMatch(/dropout/);
  });

  it('names shuffled data', async () => {
    const problem = netProblem();
    const { x, y } = problem.batches[0]!.data as unknown as { x: Tensor; y: Tensor };
    const stream = random(3);
    const batch = { size: 12, get data() { return { x: x.add(stream.normal()), y } as never; } };
    const check = await checkDeterminism({ ...problem, batches: [batch] });
    expect(check.problems[0]).toMatch(/shuffled or augmented/);
  });

  it('names batch-norm in training mode, and a wrong reduction', async () => {
    const problem = netProblem();
    const model = (p: any, { x }: any): Tensor => {
      const z = x.matmul(p.hidden.kernel) as Tensor;
      const { mean, variance } = moments(z, [0]);
      return batchNorm(z, { mean, variance }).tanh().matmul(p.out.kernel);
    };
    const coupled: Problem = { ...problem, model };
    expect((await checkDeterminism(coupled)).problems[0]).toMatch(/batch-norm in training mode/);
    expect((await checkDeterminism({ ...coupled, batchNorm: 'training' })).passed).toBe(true);
    const summed: Problem = { ...problem, outputLoss: (z: Tensor, { y }: any) => softmaxCrossEntropy(z, y, { reduction: 'sum' }) };
    expect((await checkDeterminism(summed)).problems[0]).toMatch(/does not reduce by 'mean'/);
  });
});
