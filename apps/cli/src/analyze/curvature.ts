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
  /** Which of `PARTS`. */
  readonly parts: ReadonlySet<string>;
  /** Bytes that kept linearizations may take; by default hessian-core's. */
  readonly memoryLimit?: number;
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

/** Runs the sections that are asked for. */
export async function analyzeCurvature(problem: Problem, options: CurvatureOptions): Promise<Findings> {
  const { parts } = options;
  const chosen: OperatorOptions = { ...(options.layers && { parameters: options.layers }), ...(options.memoryLimit !== undefined && { memoryLimit: options.memoryLimit }), signal: options.signal };
  const h = hessian(problem, chosen);
  const matrices = parts.has('eigenvalues') || parts.has('density');
  try {
    const check = parts.has('check') ? await checkSection(h, options) : null;
    const gradient = await h.gradient();
    const risk = await h.risk();
    const full = matrices ? await matrixSection('Hessian', h, options) : null;
    const gauss = matrices && parts.has('gauss-newton') ? await gaussSection(problem, chosen, options) : null;
    const layers = parts.has('layers') ? await layerSections(problem, chosen, options) : [];
    const cost = parts.has('cost') ? await costSection(problem, chosen, h, options) : null;
    return { risk, gradientNorm: Math.sqrt(gradient.reduce((sum, v) => sum + v * v, 0)), check, hessian: full, gaussNewton: gauss, layers, cost };
  } finally {
    h.dispose();
  }
}

async function checkSection(h: CurvatureOperator, { section, seed }: CurvatureOptions): Promise<AnalysisResult['check']> {
  const bar = section('self-check');
  const { asymmetry, nonlinearity, difference, passed, problems } = await checkOperator(h, { seed });
  bar.done(passed ? 'symmetric, linear, agrees with differences' : problems.join('; '));
  return { asymmetry, nonlinearity, difference, passed, problems };
}

async function gaussSection(problem: Problem, chosen: OperatorOptions, options: CurvatureOptions): Promise<MatrixCurvature> {
  const g = gaussNewton(problem, chosen);
  try {
    return await matrixSection('Gauss-Newton', g, options);
  } finally {
    g.dispose();
  }
}

async function matrixSection(title: string, operator: CurvatureOperator, options: CurvatureOptions): Promise<MatrixCurvature> {
  const { seed, signal, parts } = options;
  const k = Math.min(options.eigenvalues, operator.shape[0]);
  const eigen = parts.has('eigenvalues') ? options.section(`${title} eigenvalues`) : null;
  const pairs = eigen && (await topEigenpairs(operator, { k, seed, signal, tolerance: 1e-3, onProgress: (p) => eigen.update(p.converged, k, `${p.done} products`) }));
  eigen?.done(`${pairs!.products} products, λ₁ = ${pairs!.values[0]!.toPrecision(5)}`);
  const density = parts.has('density') ? await densitySection(title, operator, options) : null;
  return {
    kind: operator.kind,
    dimension: operator.shape[0],
    eigenvalues: [...(pairs?.values ?? [])],
    residuals: [...(pairs?.residuals ?? [])],
    converged: pairs?.converged ?? true,
    trace: density && density.trace,
    density: density && { grid: [...density.grid], values: [...density.density], standardError: [...density.standardError], bandwidth: density.bandwidth },
    products: (pairs?.products ?? 0) + (density?.products ?? 0),
  };
}

async function densitySection(title: string, operator: CurvatureOperator, { section, seed, signal, probes, steps }: CurvatureOptions): Promise<Awaited<ReturnType<typeof spectralDensity>>> {
  const bar = section(`${title} density`);
  const density = await spectralDensity(operator, { probes, steps, seed, signal, onProgress: (p) => bar.update(p.done, p.total) });
  bar.done(`${density.products} products, trace ${density.trace.estimate.toPrecision(4)} ± ${density.trace.standardError.toPrecision(2)}`);
  return density;
}

/** A layer: parameters whose names agree up to the last dot or slash. */
export interface LayerNames {
  readonly name: string;
  readonly parameters: readonly string[];
}

export const layerNameOf = (parameter: string): string => parameter.replace(/[./][^./]*$/, '');

/** The layers of which a parameter matches. @throws UsageError listing the parameters when none does */
export function layersOf(params: Tree<Tensor>, pattern: string | undefined): LayerNames[] {
  const names = treeNames(params);
  const match = pattern === undefined ? () => true : globMatcher(pattern);
  const chosen = names.filter(match);
  if (chosen.length === 0) throw new UsageError(`--layers: no parameter matches ${pattern}; there are ${names.join(', ')}`);
  return [...new Set(chosen.map(layerNameOf))].map((name) => ({ name, parameters: names.filter((parameter) => layerNameOf(parameter) === name) }));
}

async function layerSections(problem: Problem, chosen: OperatorOptions, options: CurvatureOptions): Promise<LayerCurvature[]> {
  const { seed, signal, section } = options;
  const names = layersOf(problem.params, options.layers);
  const bar = section('layers');
  const found: LayerCurvature[] = [];
  for (const { name, parameters } of names) {
    const block = hessian(problem, { ...chosen, parameters });
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
