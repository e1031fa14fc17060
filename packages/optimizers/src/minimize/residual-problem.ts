/** Oracles of ½ ‖r(params)‖² from a traced residual. */
import { compile, type Engine, jacobian, jvp, objective, ravel, type Tensor, type TracedObjective, type Tree } from '@curv/tensor';
import type { Matrix } from '@curv/linalg';
import type { Vector } from './api.js';

/** Least squares as `minimize` takes them: every method runs on it. */
export interface ResidualProblem extends TracedObjective {
  ggnvp(x: Vector, v: Vector): Promise<Vector>;
  jvp(x: Vector, v: Vector): Promise<Vector>;
  vjp(x: Vector, w: Vector): Promise<Vector>;
  residual(x: Vector): Promise<Vector>;
  /** One forward pass over all parameters at once. */
  jacobian(x: Vector): Promise<Matrix>;
  secondDirectional(x: Vector, v: Vector): Promise<Vector>;
}

/**
 * The least-squares problem of a residual: value ½ ‖r‖², gradient Jᵀr, Gauss-Newton product JᵀJ v, Hessian product, J v, Jᵀ w, J and d²r(x + t v)/dt².
 * @param r params → tensor or tree of tensors, m numbers in all
 * @param example parameters that show structure, shapes and dtype
 * @throws TypeError as `objective` does
 */
export function residualProblem(r: (params: any) => Tree<Tensor>, example: Tree<Tensor>, { engine }: { readonly engine?: Engine } = {}): ResidualProblem {
  const model = (params: unknown): Tensor => ravel(r(params)).vector;
  const base = objective(null, example, { model, loss: (u: Tensor) => u.square().sum().mul(0.5), ...(engine && { engine }) });
  const options = engine ? { engine } : {};
  const value = compile(model, options);
  // Columns for the leaves of the parameters, side by side: [m, d].
  const dense = compile((params: Tree<Tensor>) => {
    const { vector, unravel } = ravel(params);
    return jacobian((v: Tensor) => model(unravel(v)), { mode: 'forward' })(vector) as Tensor;
  }, options);
  const along = (params: unknown, v: unknown): Tensor => jvp(model)(params, v)[1] as Tensor;
  const second = compile((params: unknown, v: unknown) => jvp((p: unknown) => along(p, v))(params, v)[1] as Tensor, options);
  const numbers = async (t: Tensor): Promise<Vector> => Float64Array.from(await t.data());
  return {
    ...(base as ResidualProblem),
    residual: async (x) => numbers(value(base.unravel(x)) as Tensor),
    async jacobian(x) {
      const j = dense(base.unravel(x)) as Tensor;
      return { rows: j.shape[0]!, columns: j.shape[1]!, data: await numbers(j) };
    },
    secondDirectional: async (x, v) => numbers(second(base.unravel(x), base.unravel(v)) as Tensor),
    dispose: () => [base, value, dense, second].forEach((part) => part.dispose()),
  };
}

