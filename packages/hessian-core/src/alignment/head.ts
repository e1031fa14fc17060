/** Linear classifier heads, and what all alignment functions need of them. */
import { concat, oneHot, ones, sigmoidCrossEntropy, softmaxCrossEntropy, type Tensor } from '@curv/tensor';

/** A linear head: softmax over K ≥ 2 columns, logistic with one. */
export interface LinearHead {
  /** [D, K] */
  readonly kernel: Tensor;
  /** [K]. Taken as one more row of the kernel, with a constant feature 1. */
  readonly bias?: Tensor;
}

/** Examples of one domain, as the head sees them. */
export interface DomainBatch {
  /** φ(x), [n, D]: may depend on parameters of a featurizer. */
  readonly features: Tensor;
  /** Class numbers, int32 [n]; or probabilities of the features' dtype: [n, K], and [n] or [n, 1] for a logistic head. */
  readonly labels: Tensor;
}

/** A domain in the head's terms. P = D, or D + 1 with a bias. */
export interface HeadState {
  /** Φ [n, P] */
  readonly features: Tensor;
  /** [n, K] */
  readonly logits: Tensor;
  readonly probabilities: Tensor;
  readonly targets: Tensor;
  readonly count: number;
}

/** @throws RangeError on shapes that do not fit, or an empty domain */
export function headState({ kernel, bias }: LinearHead, { features, labels }: DomainBatch): HeadState {
  const [count, width] = features.shape;
  const [rows, classes] = kernel.shape;
  if (kernel.rank !== 2) throw new RangeError(`head: kernel must be [features, classes], got shape [${kernel.shape.join(', ')}]`);
  if (features.rank !== 2 || width !== rows) throw new RangeError(`domain: features must be [examples, ${rows}] to fit the kernel, got shape [${features.shape.join(', ')}]`);
  if (count === 0) throw new RangeError('domain: expected at least one example');
  if (bias && (bias.rank !== 1 || bias.shape[0] !== classes)) throw new RangeError(`head: bias must be [${classes}], got shape [${bias.shape.join(', ')}]`);
  if (labels.shape[0] !== count) throw new RangeError(`domain: labels must be one for each of ${count} examples, got shape [${labels.shape.join(', ')}]`);
  const logits = bias ? features.matmul(kernel).add(bias) : features.matmul(kernel);
  const augmented = bias ? concat([features, ones([count!, 1], features.dtype)], 1) : features;
  const logistic = classes === 1;
  const targets = logistic ? labels.cast(features.dtype).reshape([count!, 1]) : labels.dtype === 'int32' ? oneHot(labels, classes!, features.dtype) : labels;
  if (String(targets.shape) !== String(logits.shape)) throw new RangeError(`domain: labels must be int32 [${count}] or probabilities [${logits.shape.join(', ')}], got shape [${labels.shape.join(', ')}]`);
  return { features: augmented, logits, probabilities: logistic ? logits.sigmoid() : logits.softmax(-1), targets, count: count! };
}

/** Mean cross-entropy of the head on a domain. */
export function headLoss(head: LinearHead, domain: DomainBatch): Tensor {
  const { logits, targets } = headState(head, domain);
  return logits.shape[1] === 1 ? sigmoidCrossEntropy(logits, targets) : softmaxCrossEntropy(logits, targets);
}

/** @throws RangeError on fewer than two domains */
export function requireDomains(domains: readonly DomainBatch[]): void {
  if (domains.length < 2) throw new RangeError(`domains: alignment needs at least 2 domains, got ${domains.length}`);
}

/** Mean of tensors of one shape. */
export const meanOf = (tensors: readonly Tensor[]): Tensor => tensors.reduce((a, b) => a.add(b)).div(tensors.length);

/** (1/S) Σ ‖tₑ − center‖². */
export const scatter = (tensors: readonly Tensor[], center: Tensor): Tensor => meanOf(tensors.map((t) => t.sub(center).square().sum()));
