import { grad, hvp, tensor } from '@curv/tensor';
import { expect, it } from 'vitest';
import { rosenbrock } from '../src/index.js';

it('has its minimum at (1, 1), with the Hessian [[802, −400], [−400, 200]]', () => {
  const point = tensor([1, 1], [2], 'float64');
  expect([...grad(rosenbrock)(point).dataSync()]).toEqual([0, 0]);
  expect([...hvp(rosenbrock)(point, tensor([1, 0], [2], 'float64')).dataSync()]).toEqual([802, -400]);
});
