/** The curvature sections of an analysis. */
import {
  type Batch, checkDeterminism, checkOperator, type CurvatureOperator, gaussNewton, gradientCovariance, hessian, hutchinsonTrace, type OperatorOptions, type Problem, residual,
  spectralDensity, topEigenpairs,
} from '@curv/hessian-core';
import { layersOf } from '@curv-internal/model-data';
import { type Engine, softmaxCrossEntropy, type Tensor, type Tree } from '@curv/tensor';
import type { Checkpoint } from './checkpoint.js';
import type { Model, ModelParams } from './model.js';
import type { AnalysisResult, Cost, LayerCurvature, MatrixCurvature } from './result.js';
import type { Section } from './sections.js';
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
  /** Whether matrices get a density and a trace besides eigenvalues. */
  readonly density: boolean;
  /** Bytes that kept linearizations may take; by default hessian-core's. */
  readonly memoryLimit?: number;
  readonly signal: AbortSignal;
  readonly sections: readonly Section[];
  readonly checkpoint: Checkpoint;
  /** A section's progress. */
  readonly section: (title: string) => { update(done: number, total: number, text?: string): void; done(text?: string): void };
}

type Findings = Pick<AnalysisResult, 'risk' | 'gradientNorm' | 'check' | 'matrices' | 'layers' | 'cost'>;

/** Sections that look at one matrix. */
const MATRICES: Partial<Readonly<Record<Section, readonly [title: string, make: (problem: Problem, options: OperatorOptions) => CurvatureOperator]>>> = {
  hessian: ['Hessian', hessian],
  'gauss-newton': ['Gauss-Newton matrix', gaussNewton],
  residual: ['Residual H − G', residual],
  covariance: ['Gradient covariance', gradientCovariance],
};

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

/** Runs the chosen sections; those that an interrupted run has finished are taken from it. */
export async function analyzeCurvature(problem: Problem, options: CurvatureOptions): Promise<Findings> {
  const { checkpoint, sections } = options;
  const chosen: OperatorOptions = { ...(options.layers && { parameters: options.layers }), ...(options.memoryLimit !== undefined && { memoryLimit: options.memoryLimit }), signal: options.signal };
  const check = sections.includes('check') ? await take('check', options, () => checkSection(problem, chosen, options)) : null;
  const point = await take('point', options, () => atPoint(problem, chosen));
  const matrices: MatrixCurvature[] = [];
  for (const name of sections) {
    const matrix = MATRICES[name];
    if (matrix === undefined) continue;
    const [title, make] = matrix;
    const run = async (): Promise<MatrixCurvature> => {
      const operator = make(problem, { ...chosen, resume: checkpoint.passes });
      try {
        return await matrixSection(title, operator, options);
      } finally {
        operator.dispose();
      }
    };
    matrices.push(await take(name, options, run));
  }
  const layers = sections.includes('layers') ? await take('layers', options, () => layerSections(problem, chosen, options)) : [];
  const cost = sections.includes('cost') ? await take('cost', options, () => costSection(problem, chosen, options)) : null;
  return { ...point, check, matrices, layers, cost };
}

/** A section's finding, from the checkpoint or made now and saved there. */
async function take<T>(name: string, { checkpoint, section }: CurvatureOptions, run: () => Promise<T>): Promise<T> {
  if (checkpoint.has(name)) section(name).done('kept from the interrupted run');
  const found = await checkpoint.section(name, run);
  await checkpoint.save();
  return found;
}

/** Loss and gradient norm. */
async function atPoint(problem: Problem, chosen: OperatorOptions): Promise<Pick<Findings, 'risk' | 'gradientNorm'>> {
  const h = hessian(problem, chosen);
  const gradient = await h.gradient();
  const risk = await h.risk();
  h.dispose();
  return { risk, gradientNorm: Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0)) };
}

async function checkSection(problem: Problem, chosen: OperatorOptions, { section, seed }: CurvatureOptions): Promise<Findings['check']> {
  const bar = section('self-check');
  // No products are taken from a checkpoint here: whether they repeat is what is checked.
  const h = hessian(problem, chosen);
  const check = await checkOperator(h, { seed });
  const determinism = await checkDeterminism(problem, { batches: 1 });
  h.dispose();
  const problems = [...check.problems, ...determinism.problems];
  bar.done(problems.length === 0 ? 'symmetric, linear, deterministic, agrees with differences' : problems.join('; '));
  return { asymmetry: check.asymmetry, nonlinearity: check.nonlinearity, difference: check.difference, passed: problems.length === 0, problems };
}

async function matrixSection(title: string, operator: CurvatureOperator, options: CurvatureOptions): Promise<MatrixCurvature> {
  const { seed, signal } = options;
  const k = Math.min(options.eigenvalues, operator.shape[0]);
  const bar = options.section(`${title} eigenvalues`);
  const pairs = await topEigenpairs(operator, { k, seed, signal, tolerance: 1e-3, onProgress: (p) => bar.update(p.converged, k, `${p.done} products`) });
  bar.done(`${pairs.products} products, λ₁ = ${pairs.values[0]!.toPrecision(5)}`);
  const density = options.density ? await densitySection(title, operator, options) : null;
  return {
    title,
    kind: operator.kind,
    dimension: operator.shape[0],
    eigenvalues: [...pairs.values],
    residuals: [...pairs.residuals],
    converged: pairs.converged,
    trace: density && density.trace,
    density: density && { grid: [...density.grid], values: [...density.density], standardError: [...density.standardError], bandwidth: density.bandwidth },
    products: pairs.products + (density?.products ?? 0),
  };
}

async function densitySection(title: string, operator: CurvatureOperator, { section, seed, signal, probes, steps }: CurvatureOptions): Promise<Awaited<ReturnType<typeof spectralDensity>>> {
  const bar = section(`${title} density`);
  const density = await spectralDensity(operator, { probes, steps, seed, signal, onProgress: (p) => bar.update(p.done, p.total) });
  bar.done(`${density.products} products, trace ${density.trace.estimate.toPrecision(4)} ± ${density.trace.standardError.toPrecision(2)}`);
  return density;
}

async function layerSections(problem: Problem, chosen: OperatorOptions, options: CurvatureOptions): Promise<LayerCurvature[]> {
  const { seed, signal, section } = options;
  const names = layersOf(problem.params, options.layers);
  const bar = section('layers');
  const found: LayerCurvature[] = [];
  for (const { name, parameters } of names) {
    const block = hessian(problem, { ...chosen, parameters, resume: options.checkpoint.passes });
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
async function costSection(problem: Problem, chosen: OperatorOptions, { section }: CurvatureOptions): Promise<Cost> {
  const bar = section('cost');
  const kept = hessian(problem, chosen);
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
  kept.dispose();
  bar.done(`gradient ${cost.gradient.toFixed(0)} ms, product ${cost.hessianProduct.toFixed(0)} ms, repeated ${cost.repeatedProduct.toFixed(0)} ms`);
  return cost;
}
