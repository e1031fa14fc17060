/** Batch normalization of SPD matrices under the generalized Bures-Wasserstein metric. */
import { add, cholesky, eye, matmul, scalar, select, stopGradient, type Tensor, zeros } from '@curv/tensor';
import { requireCount, requirePositive } from '../checks.js';
import type { NormParams, NormState, SpdBatchNorm } from './api.js';
import { bures, congruence, identityLike } from './bures.js';
import { buresMeanStep } from './bures-mean.js';
import { requirePower } from './checks.js';
import { weightedMean } from './frechet-mean.js';
import { matrixExp, matrixInverseSqrt, matrixPower, matrixSqrt } from './matrix-functions.js';
import { symmetricPart } from './operator-integral.js';
import { innerProduct, requireMatrices } from './shapes.js';
import { transportFromIdentity, transportToIdentity } from './transport.js';

/** Options of `buresBatchNorm`. */
export interface BuresBatchNormOptions {
  /** Whether the metric parameter M is learned; default true. Without it the metric is the (power-deformed) Bures-Wasserstein one, M = I. */
  readonly learnMetric?: boolean;
  /** Exponent θ of the power deformation; default 1. */
  readonly power?: number;
  /** Whether the dispersion is scaled to a learned s²; default true. */
  readonly scaling?: boolean;
  /** Weight γ of a batch in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Added to the dispersion; default 1e-5. */
  readonly epsilon?: number;
  /** Fixed-point steps of the batch's mean, from the arithmetic mean; default 1. */
  readonly meanIterations?: number;
  /** Whether the batch's mean and dispersion are differentiated; default true. The original implementation takes the mean for a constant. */
  readonly differentiateMean?: boolean;
}

/** The least eigenvalue of I + L_B[V] that is let through. */
const DOMAIN = 1e-3;

type Settings = Required<BuresBatchNormOptions>;

/**
 * X ↦ Exp_B(PT_{I→B}(s/√(ν² + ε) PT_{G→I}(Log_G X))) under the metric of `generalizedBures`, with G the Fréchet mean of the batch and ν² its dispersion about
 * it (Wang, Jin, Chen, Luo & Wu 2025, arXiv:2504.00660, GBWBN). Output [N, n, n] with mean B and dispersion s² ν²/(ν² + ε), up to the error of a mean of few
 * iterations. Samples that leave the domain of the exponential (I + L_B[V] with an eigenvalue below 1e-3, which scaling up can bring about) are pulled back into it and
 * counted. Exact derivatives to second order, also where eigenvalues meet, as they do at the start. Cost: 1 + `meanIterations` eigenproblems a sample, and 2 more for powers.
 * @throws RangeError on options out of range
 */
export function buresBatchNorm(options: BuresBatchNormOptions = {}): SpdBatchNorm {
  const settings: Settings = { learnMetric: true, power: 1, scaling: true, momentum: 0.1, epsilon: 1e-5, meanIterations: 1, differentiateMean: true, ...options };
  const where = 'buresBatchNorm';
  requirePower(where, settings.power);
  requirePositive(where, 'epsilon', settings.epsilon);
  requireCount(where, 'meanIterations', settings.meanIterations, 0);
  if (!(settings.momentum >= 0 && settings.momentum <= 1)) throw new RangeError(`${where}: momentum must be in [0, 1], got ${settings.momentum}`);
  return {
    name: `${settings.learnMetric ? 'GBW' : 'BW'}, power ${settings.power}`,
    init: (n) => {
      requireCount(where, 'n', n);
      return {
        params: {
          bias: zeros([n, n], 'float64'),
          ...(settings.learnMetric && { metric: zeros([n, n], 'float64') }),
          ...(settings.scaling && { logScale: scalar(0, 'float64') }),
        },
        state: { mean: eye(n, 'float64'), variance: scalar(1, 'float64') },
      };
    },
    apply: (params, state, x, training) => normalize(settings, params, state, x, training),
  };
}

function normalize(settings: Settings, params: NormParams, state: NormState, x: Tensor, training: boolean): ReturnType<SpdBatchNorm['apply']> {
  requireMatrices('buresBatchNorm', 'x', x);
  if (x.rank !== 3) throw new RangeError(`buresBatchNorm: x must be matrices [N, n, n], got [${x.shape.join(', ')}]`);
  const { power, epsilon } = settings;
  const metric = params.metric && symmetricPart(params.metric);
  // M^∓½ = exp(∓ ½ sym A)
  const deform = metric ? (p: Tensor): Tensor => congruence(matrixExp(metric.mul(-0.5)), p) : (p: Tensor): Tensor => p;
  const y = deform(matrixPower(x, power));
  const bias = deform(matrixExp(symmetricPart(params.bias).mul(power)));
  const mean = training ? batchMean(settings, y) : state.mean;
  // PT_{G→I}(Log_G Y) = 2 PT_{I→G}(T − I) with T G T = Y, since L_G[Log_G Y] = T − I
  const map = congruence(matrixInverseSqrt(mean), matrixSqrt(congruence(matrixSqrt(mean), y)));
  const centered = transportFromIdentity(mean, map.sub(identityLike(mean))).mul(2);
  // at I, ‖V‖² = ¼ tr V²
  const dispersion = innerProduct(centered, centered).mean().mul(0.25 / power ** 2);
  const variance = training ? dispersion : state.variance;
  const factor = params.logScale ? params.logScale.exp().mul(spread(settings, variance).add(epsilon).rsqrt()) : null;
  const { stretch, shrunk } = intoDomain(transportToIdentity(bias, factor ? centered.mul(factor) : centered).mul(0.5));
  const z = congruenceOf(stretch, bias);
  const output = matrixPower(metric ? congruence(matrixExp(metric.mul(0.5)), z) : z, 1 / power);
  return { output: symmetricPart(output), state: training ? moved(settings, state, mean, variance) : state, shrunk };
}

const spread = ({ differentiateMean }: Settings, variance: Tensor): Tensor => (differentiateMean ? variance : stopGradient(variance));

function batchMean({ meanIterations, differentiateMean }: Settings, given: Tensor): Tensor {
  const y = differentiateMean ? given : stopGradient(given);
  const weights = zeros([y.shape[0]!], y.dtype).add(1 / y.shape[0]!);
  let g = weightedMean(y, weights);
  for (let i = 0; i < meanIterations; i++) g = buresMeanStep(g, y, weights);
  return symmetricPart(g);
}

/** K B K [N, n, n]. */
const congruenceOf = (k: Tensor, b: Tensor): Tensor => matmul(matmul(k, b), k);

/** I + L, with L shrunk where that is not positive definite: by its norm, which bounds its eigenvalues. */
function intoDomain(l: Tensor): { stretch: Tensor; shrunk: Tensor } {
  const unit = identityLike(l);
  const least = cholesky(l.add(unit.mul(1 - DOMAIN))).sum([1, 2]);
  // a matrix that is not positive definite has a NaN in its factor
  const inside = least.equal(least);
  // 1 in place of squares that may be 0, where the root has no derivative
  const squares = select(inside, 1, innerProduct(l, l), l.dtype);
  const factor = select(inside, 1, squares.rsqrt().mul(1 - DOMAIN), l.dtype);
  return { stretch: add(unit, l.mul(factor.reshape([l.shape[0]!, 1, 1]))), shrunk: select(inside, 0, 1, l.dtype).sum() };
}

/** The running statistics after a batch: the mean along the geodesic. They are constants to every derivative. */
function moved({ momentum }: Settings, state: NormState, mean: Tensor, variance: Tensor): NormState {
  return {
    mean: stopGradient(symmetricPart(bures.geodesic(state.mean, mean, momentum))),
    variance: stopGradient(state.variance.mul(1 - momentum).add(variance.mul(momentum))),
  };
}
