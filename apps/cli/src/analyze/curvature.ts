/** The curvature sections of an analysis. */
import {
  type Batch, checkOperator, type CurvatureOperator, gaussNewton, globMatcher, hessian, hutchinsonTrace, type OperatorOptions, type Problem, spectralDensity, topEigenpairs,
} from '@curv/hessian-core';
import { type Engine, softmaxCrossEntropy, type Tensor, type Tree, treeNames } from '@curv/tensor';
import { UsageError } from '../errors.js';
import type { Model, ModelParams } from './model.js';
import type { AnalysisResult, Cost, LayerCurvature, MatrixCurvature } from './result.js';
import { type Examples, rowsOf } from './train.js';

export interface CurvatureOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly samples: number;
  readonly batchSize: number;
  readonly layers?: string;
  readonly eigenvalues: number;
  readonly probes: number;
  readonly steps: number;
  readonly signal: AbortSignal;
  /** A section's progress. */
  readonly section: (title: string) => { update(done: number, total: number, text?: string): void; done(text?: string): void };
}

type Findings = Pick<AnalysisResult, 'risk' | 'gradientNorm' | 'check' | 'hessian' | 'gaussNewton' | 'layers' | 'cost'>;

/** The empirical risk of a trained model on the first `samples` training examples. */
export function problemOf(model: Model, params: ModelParams, data: Examples, options: Pick<CurvatureOptions, 'samples' | 'batchSize' | 'engine'>): Problem {
  const batches: Batch[] = [];
  for (let at = 0; at < options.samples; at += options.batchSize) {
    const size = Math.min(options.batchSize, options.samples - at);
    const { x, y } = rowsOf(data, Array.from({ length: size }, (_, i) => at + i));
    batches.push({ data: { x, y } as unknown as Tree<Tensor>, size });
  }
  return {
    params: params as never,
    batches,
    reduction: 'mean',
    engine: options.engine,
    model: (p: ModelParams, { x }: { x: Tensor }) => model.outputs(p, x),
    outputLoss: (z: Tensor, { y }: { y: Tensor }) => softmaxCrossEntropy(z, y),
  };
}

/** Runs all sections. */
export async function analyzeCurvature(problem: Problem, options: CurvatureOptions): Promise<Findings> {
  const chosen: OperatorOptions = { ...(options.layers && { parameters: options.layers }), signal: options.signal };
  const h = hessian(problem, chosen);
  try {
    const checked = options.section('self-check');
    const check = await checkOperator(h, { seed: options.seed });
    const gradient = await h.gradient();
    const risk = await h.risk();
    checked.done(check.passed ? 'symmetric, linear, agrees with differences' : check.problems.join('; '));
    const full = await matrixSection('Hessian', h, options);
    const g = gaussNewton(problem, chosen);
    const gauss = await matrixSection('Gauss-Newton', g, options);
    g.dispose();
    const layers = await layerSections(problem, options);
    const cost = await costSection(problem, chosen, h, options);
    return {
      risk,
      gradientNorm: Math.hypot(...gradient),
      check: { asymmetry: check.asymmetry, nonlinearity: check.nonlinearity, difference: check.difference, passed: check.passed, problems: check.problems },
      hessian: full,
      gaussNewton: gauss,
      layers,
      cost,
    };
  } finally {
    h.dispose();
  }
}

async function matrixSection(title: string, operator: CurvatureOperator, options: CurvatureOptions): Promise<MatrixCurvature> {
  const { seed, signal, probes, steps } = options;
  const k = Math.min(options.eigenvalues, operator.shape[0]);
  const eigen = options.section(`${title} eigenvalues`);
  const pairs = await topEigenpairs(operator, { k, seed, signal, tolerance: 1e-3, onProgress: (p) => eigen.update(p.converged, k, `${p.done} products`) });
  eigen.done(`${pairs.products} products, λ₁ = ${pairs.values[0]!.toPrecision(5)}`);
  const slq = options.section(`${title} density`);
  const density = await spectralDensity(operator, { probes, steps, seed, signal, onProgress: (p) => slq.update(p.done, p.total) });
  slq.done(`${density.products} products, trace ${density.trace.estimate.toPrecision(4)} ± ${density.trace.standardError.toPrecision(2)}`);
  return {
    kind: operator.kind,
    dimension: operator.shape[0],
    eigenvalues: [...pairs.values],
    residuals: [...pairs.residuals],
    converged: pairs.converged,
    trace: density.trace,
    density: { grid: [...density.grid], values: [...density.density], standardError: [...density.standardError], bandwidth: density.bandwidth },
    products: pairs.products + density.products,
  };
}

/** Layers are parameters whose names agree up to the last dot. */
export function layersOf(params: Tree<Tensor>, pattern: string | undefined): string[] {
  const names = treeNames(params);
  const match = pattern === undefined ? () => true : globMatcher(pattern);
  const chosen = names.filter(match);
  if (chosen.length === 0) throw new UsageError(`--layers: no parameter matches ${pattern}; there are ${names.join(', ')}`);
  return [...new Set(chosen.map((name) => name.replace(/\.[^.]*$/, '')))];
}

async function layerSections(problem: Problem, options: CurvatureOptions): Promise<LayerCurvature[]> {
  const { seed, signal, section } = options;
  const names = layersOf(problem.params, options.layers);
  const bar = section('layers');
  const found: LayerCurvature[] = [];
  for (const name of names) {
    const block = hessian(problem, { parameters: name, signal });
    const pairs = await topEigenpairs(block, { k: 1, seed, signal, tolerance: 1e-3, onProgress: (p) => bar.update(found.length + 0.3, names.length, `${name}: ${p.done} products`) });
    const trace = await hutchinsonTrace(block, { maxProbes: 2 * options.probes, seed, signal, onProgress: (p) => bar.update(found.length + 0.5 + (0.5 * p.done) / p.total, names.length, name) });
    const { estimate, standardError, interval, confidence } = trace;
    found.push({
      name,
      parameters: block.shape[0],
      trace: { estimate, standardError, interval, confidence },
      largestEigenvalue: pairs.values[0]!,
      residual: pairs.residuals[0]!,
      converged: pairs.converged,
    });
    block.dispose();
    bar.update(found.length, names.length);
  }
  bar.done(`${names.length} layers`);
  return found;
}

/** Least time of a few passes each. */
async function costSection(problem: Problem, chosen: OperatorOptions, kept: CurvatureOperator, { section }: CurvatureOptions): Promise<Cost> {
  const bar = section('cost');
  const fresh = hessian(problem, { ...chosen, keep: 'never' });
  const v = new Float64Array(kept.shape[0]).fill(1);
  const least = async (run: () => Promise<unknown>): Promise<number> => {
    let best = Infinity;
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      await run();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  const cost = { gradient: await least(() => fresh.gradient()), hessianProduct: await least(() => fresh.apply(v)), repeatedProduct: await least(() => kept.apply(v)) };
  fresh.dispose();
  bar.done(`gradient ${cost.gradient.toFixed(0)} ms, product ${cost.hessianProduct.toFixed(0)} ms, repeated ${cost.repeatedProduct.toFixed(0)} ms`);
  return cost;
}
