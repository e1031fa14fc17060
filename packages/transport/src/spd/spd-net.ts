/** Networks on SPD matrices. */
import { random, scalar, type Tensor, zeros } from '@curv/tensor';
import { requireCount } from '../checks.js';
import type { NormParams, NormState, SpdBatchNorm } from './api.js';
import { bilinearMap, logEigenvalues, rectifyEigenvalues, symmetricVector } from './layers.js';
import { orthonormalColumns, randomOrthonormal } from './stiefel.js';

/** Options of `spdNet`. */
export interface SpdNetOptions {
  /** Orders of the matrices: of the input, and after each BiMap, not growing. */
  readonly sizes: readonly number[];
  readonly classes: number;
  /** After each BiMap; default none. */
  readonly norm?: SpdBatchNorm;
  /** Floor of ReEig; default 1e-5. */
  readonly floor?: number;
}

/** Parameters of `spdNet`, without constraints. */
export interface SpdNetParams {
  readonly blocks: readonly { /** [n, m]; BiMap takes its orthonormal columns. */ readonly weight: Tensor; readonly norm?: NormParams }[];
  /** [m (m + 1)/2, classes] */
  readonly dense: Tensor;
  readonly intercept: Tensor;
}

/** A network's outputs on a batch. */
export interface SpdNetOutput {
  /** [N, classes] */
  readonly logits: Tensor;
  readonly states: readonly NormState[];
  /** Samples that normalizations pulled back into their domain, a scalar. */
  readonly shrunk: Tensor;
}

/** A network as pure functions. */
export interface SpdNet {
  readonly options: SpdNetOptions;
  init(seed?: number): { readonly params: SpdNetParams; readonly states: readonly NormState[] };
  /** @param x [N, n, n] */
  apply(params: SpdNetParams, states: readonly NormState[], x: Tensor, training: boolean): SpdNetOutput;
}

/**
 * [BiMap, normalization, ReEig] …, LogEig, a linear layer (Huang & Van Gool 2017, arXiv:1608.04233; normalizations of the same place in Wang et al. 2025,
 * arXiv:2504.00660). The last ReEig and LogEig are one function of the eigenvalues.
 * @throws RangeError on sizes that grow or are not counts
 */
export function spdNet(options: SpdNetOptions): SpdNet {
  const { sizes, classes, norm, floor = 1e-5 } = options;
  if (sizes.length < 2) throw new RangeError(`spdNet: sizes must name the input's order and that of at least one layer, got ${sizes.length} of them`);
  sizes.forEach((n, i) => {
    requireCount('spdNet', `sizes[${i}]`, n);
    if (i > 0 && n > sizes[i - 1]!) throw new RangeError(`spdNet: sizes must not grow, got ${sizes[i - 1]} before ${n}`);
  });
  requireCount('spdNet', 'classes', classes, 2);
  const starts = sizes.slice(1).map((m) => norm?.init(m));
  const features = (sizes[sizes.length - 1]! * (sizes[sizes.length - 1]! + 1)) / 2;
  return {
    options,
    init(seed = 0) {
      const stream = random(seed).fork('spdNet');
      const blocks = starts.map((start, i) => ({ weight: randomOrthonormal(sizes[i]!, sizes[i + 1]!, seed + i), ...(start && { norm: start.params }) }));
      const dense = stream.tensor('normal', [features, classes], 'float64').div(Math.sqrt(features));
      return { params: { blocks, dense, intercept: zeros([classes], 'float64') }, states: starts.flatMap((start) => (start ? [start.state] : [])) };
    },
    apply(params, states, x, training) {
      const next: NormState[] = [];
      let shrunk = scalar(0, 'float64');
      let y = x;
      params.blocks.forEach((block, i) => {
        if (i > 0) y = rectifyEigenvalues(y, floor);
        y = bilinearMap(y, orthonormalColumns(block.weight));
        if (!norm || !block.norm) return;
        const normalized = norm.apply(block.norm, states[i]!, y, training);
        y = normalized.output;
        next.push(normalized.state);
        shrunk = shrunk.add(normalized.shrunk);
      });
      return { logits: symmetricVector(logEigenvalues(y, floor)).matmul(params.dense).add(params.intercept), states: next, shrunk };
    },
  };
}
