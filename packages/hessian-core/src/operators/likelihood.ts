/** What model outputs mean as parameters of a distribution, for Fisher matrices. */
import { argMax, logSumExp, oneHot, sigmoid, softplus, type Tensor } from '@curv/tensor';

/**
 * `categorical`: outputs are logits along the last axis. `bernoulli`: each output is the logit of a binary variable. `gaussian`: each output is
 * the mean of a normal variable of variance 1; its negative log-likelihood is ½ (y − z)², half of `meanSquaredError`.
 */
export type Likelihood = 'categorical' | 'bernoulli' | 'gaussian';

interface Rules {
  /** A function of the outputs [n, ...] whose Hessian is that of the negative log-likelihood, which does not depend on the targets. */
  potential(z: Tensor): Tensor;
  /** How noise is drawn: with an axis of its own for each sample in front. */
  readonly noise: 'uniform' | 'normal';
  /** ∂(−log p(y | z))/∂z for y drawn from the model with the noise. */
  score(z: Tensor, noise: Tensor): Tensor;
  /** Matrices S with Σ S Sᵀ the Hessian: column `index` for each example; `columns` of them for outputs of one example of this shape. */
  columns(shape: readonly number[]): number;
  column(z: Tensor, unit: Tensor): Tensor;
}

const RULES: Readonly<Record<Likelihood, Rules>> = {
  categorical: {
    potential: (z) => logSumExp(z, -1).sum(),
    noise: 'uniform',
    score(z, noise) {
      const classes = z.shape[z.rank - 1]!;
      // The largest of logits plus Gumbel noise is a draw from the softmax.
      const drawn = argMax(z.sub(noise.log().neg().log()), -1);
      return z.softmax(-1).sub(oneHot(drawn, classes, z.dtype));
    },
    columns: (shape) => shape.reduce((a, b) => a * b, 1),
    // diag p − ppᵀ = Σ_c p_c (e_c − p)(e_c − p)ᵀ; a unit outside of the column's term gives 0.
    column(z, unit) {
      const p = z.softmax(-1);
      const root = p.sqrt().mul(unit).sum(-1, { keepDims: true });
      const active = unit.sum(-1, { keepDims: true });
      return unit.sub(p.mul(active)).mul(root);
    },
  },
  bernoulli: {
    potential: (z) => softplus(z).sum(),
    noise: 'uniform',
    score: (z, noise) => sigmoid(z).sub(noise.less(sigmoid(z)).cast(z.dtype)),
    columns: (shape) => shape.reduce((a, b) => a * b, 1),
    column: (z, unit) => sigmoid(z).mul(sigmoid(z.neg())).sqrt().mul(unit),
  },
  gaussian: {
    potential: (z) => z.square().sum().mul(0.5),
    noise: 'normal',
    score: (_, noise) => noise.neg(),
    columns: (shape) => shape.reduce((a, b) => a * b, 1),
    column: (z, unit) => z.mul(0).add(unit),
  },
};

/** @throws TypeError unless a likelihood */
export function likelihoodRules(where: string, likelihood: Likelihood): Rules {
  const rules = Object.hasOwn(RULES, likelihood) ? RULES[likelihood] : undefined;
  if (rules === undefined) throw new TypeError(`${where}: likelihood must be one of ${Object.keys(RULES).join(', ')}, got ${String(likelihood)}`);
  return rules;
}
