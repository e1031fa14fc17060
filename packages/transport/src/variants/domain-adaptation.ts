/** Domain adaptation by transport: source samples are carried to the target domain, where a classifier is trained on them. */
import type { Matrix } from '@curv/linalg';
import type { Plan } from '../api.js';
import { requireMatrix } from '../checks.js';
import { costMatrix } from '../costs.js';
import { exactTransport } from '../exact/exact-transport.js';
import { barycentricMap, extendMap } from './barycentric-map.js';
import { classRegularizedTransport } from './class-regularized.js';
import { laplaceRegularizedTransport } from './laplace-regularized.js';

/** Options of the fit. */
export interface DomainAdaptationOptions {
  /** `none`: plain exact transport. `class`: targets take from few classes; needs labels. `laplace`: neighbours stay neighbours. Default `none`. */
  readonly regularization?: 'none' | 'class' | 'laplace';
  /** Weight of the regularization relative to the mean cost, default 1. */
  readonly strength?: number;
  /** Classes of the sources for `class`: integers, negative where unknown. */
  readonly labels?: ArrayLike<number>;
  /** n and m masses; uniform unless given. */
  readonly a?: ArrayLike<number>;
  readonly b?: ArrayLike<number>;
  /** Samples that a new point follows, default 1. */
  readonly neighbours?: number;
  readonly signal?: AbortSignal;
}

/** A map from the source domain to the target domain. */
export interface DomainAdaptation {
  readonly plan: Plan;
  /** Images of the source samples, n×d. */
  readonly mapped: Matrix;
  /** Images of any points of the source domain, k×d. */
  transform(points: Matrix): Matrix;
}

/**
 * Fits a transport plan of squared distances between two domains and makes a map of it by barycenters (Courty, Flamary, Tuia & Rakotomamonjy 2017,
 * arXiv:1507.00504).
 * @param sources n×d
 * @param targets m×d
 * @throws as the method chosen; TypeError where `class` has no labels
 */
export function domainAdaptation(sources: Matrix, targets: Matrix, options: DomainAdaptationOptions = {}): DomainAdaptation {
  const where = 'domainAdaptation';
  requireMatrix(where, 'sources', sources);
  requireMatrix(where, 'targets', targets, undefined, sources.columns);
  const plan = planFor(where, sources, targets, options);
  const mapped = barycentricMap(plan, targets, sources);
  return { plan, mapped, transform: extendMap(sources, mapped, options.neighbours ?? 1) };
}

function planFor(where: string, sources: Matrix, targets: Matrix, options: DomainAdaptationOptions): Plan {
  const { regularization = 'none', strength = 1, labels, a, b, signal } = options;
  const cost = costMatrix(sources, targets);
  const mean = cost.data.reduce((total, c) => total + c / cost.data.length, 0);
  const abort = signal ? { signal } : {};
  if (regularization === 'none') return exactTransport(cost, a, b, abort).plan;
  if (regularization === 'class') {
    if (!labels) throw new TypeError(`${where}: regularization class needs labels`);
    // A target that takes all from one class pays mass^½; 1/√m makes the penalty of m targets with 1/m each the strength itself.
    return classRegularizedTransport(cost, labels, a, b, { ...abort, strength: (strength * mean) / Math.sqrt(targets.rows) }).plan;
  }
  if (regularization !== 'laplace') throw new RangeError(`${where}: regularization must be none, class or laplace, got ${String(regularization)}`);
  // The penalty is quadratic in masses of about 1/n: n times it is of the size of the cost.
  const masses = { ...(a && { a }), ...(b && { b }) };
  return laplaceRegularizedTransport(sources, targets, { ...abort, ...masses, cost, strength: strength * Math.max(sources.rows, targets.rows), maxIterations: 200, tolerance: 1e-4 }).plan;
}
