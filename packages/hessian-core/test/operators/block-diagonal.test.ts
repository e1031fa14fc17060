import { describe, expect, it } from 'vitest';
import { toDense } from '@curv/linalg';
import { blockDiagonal, fisher, hessian } from '../../src/index.js';
import { dense, netProblem, relativeError } from '../problems.js';

describe('blockDiagonal', () => {
  const whole = dense(netProblem());
  const expected = (groups: readonly (readonly number[])[]): Float64Array => {
    // Segments: hidden.kernel 0 … 20, hidden.bias … 25, out.kernel … 40, out.bias … 43.
    const ends = [20, 25, 40, 43];
    const group = (i: number): number => groups.findIndex((g) => g.includes(ends.findIndex((end) => i < end)));
    return whole.map((x, at) => (group(Math.floor(at / 43)) === group(at % 43) ? x : 0));
  };

  it.each([
    ['layers', [[0, 1], [2, 3]]],
    ['parameters', [[0], [1], [2], [3]]],
    [['*.kernel', '*.bias'], [[0, 2], [1, 3]]],
  ] as const)('keeps the blocks of %j', async (blocks, groups) => {
    const operator = blockDiagonal(hessian, netProblem('float64', [5, 7]), { blocks });
    expect(relativeError((await toDense(operator)).data, expected(groups))).toBeLessThan(1e-13);
    expect(operator.blocks).toHaveLength(groups.length);
    operator.dispose();
  });

  it('takes options of the blocks, and names what is missing', async () => {
    const operator = blockDiagonal(fisher, netProblem(), { operator: { likelihood: 'categorical', parameters: 'out' } });
    expect(operator.shape).toEqual([18, 18]);
    expect(operator.structure).toEqual({ symmetric: true, positiveSemidefinite: true });
    expect(() => blockDiagonal(hessian, netProblem(), { blocks: ['hidden'] })).toThrow(/out.kernel is in 0 of them/);
    expect(() => blockDiagonal(hessian, netProblem(), { blocks: ['*', 'out'] })).toThrow(/out.kernel is in 2 of them/);
  });
});
