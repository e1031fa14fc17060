/** Statistics of a model's layers: second moments of what goes into them and of what comes back. */
import { symmetricEigen, type Matrix } from '@curv/linalg';
import { compile, grad, layerSignals, matmul, random, type Tensor, tensor, type TreeFunction, zeros } from '@curv/tensor';
import type { Batch, Problem } from '../api.js';
import { addWeighted, exampleCount } from './data-pass.js';
import { type FisherOptions, outputSpec } from './fisher.js';
import { modelOf, type NamedLayer } from './layer-uses.js';
import { likelihoodRules } from './likelihood.js';
import type { Selection } from './selection.js';

/** Options of `kfac` and `ekfac`. */
export interface KroneckerOptions extends Omit<FisherOptions, 'keep' | 'memoryLimit' | 'resume'> {
  /**
   * What the positions at which an example meets a kernel (pixels, tokens, repeated uses) are: `expand` takes them for examples of their own,
   * `reduce` averages inputs and adds gradients over them first (Eschenhagen et al. 2023, arXiv:2311.00636). Default `expand`.
   */
  readonly positions?: 'expand' | 'reduce';
}

/** A layer's factors: its block of the matrix is A ⊗ B on (inputs, outputs), the kernel's elements row by row and the bias as last row. */
export interface LayerFactors extends NamedLayer {
  /** Second moments of inputs, [inputs, inputs]. */
  readonly A: Matrix;
  /** Second moments of gradients by outputs, [outputs, outputs]. */
  readonly B: Matrix;
}

/** The gradients that a type of Fisher matrix is made of: for each batch a list of arguments of `cotangent`. */
interface Scores {
  /** (outputs, data, argument) → gradient of the negative log-likelihood by the outputs. */
  readonly cotangent: (z: Tensor, data: unknown, argument: Tensor) => Tensor;
  readonly arguments: (batch: Batch, index: number) => Tensor[];
  /** What each counts. */
  readonly weight: number;
}

function scoresOf(where: string, problem: Problem, { type = 'exact', likelihood, samples = 1, seed = 0 }: KroneckerOptions): Scores {
  const { outputLoss, batches } = problem;
  const { shape, dtype } = outputSpec(where, problem, batches[0]!);
  if (type === 'empirical') {
    if (!outputLoss) throw new TypeError(`${where}: type empirical needs outputLoss`);
    const mean = problem.reduction === 'mean';
    const slope = grad(outputLoss) as (z: Tensor, data: unknown) => Tensor;
    return { cotangent: (z, data) => (mean ? slope(z, data).mul(z.shape[0]!) : slope(z, data)), arguments: () => [zeros([1], dtype)], weight: 1 };
  }
  if (type !== 'exact' && type !== 'monte-carlo') throw new TypeError(`${where}: type must be exact, monte-carlo or empirical, got ${String(type)}`);
  if (likelihood === undefined) throw new TypeError(`${where}: type ${type} needs likelihood: categorical, bernoulli or gaussian`);
  const rules = likelihoodRules(where, likelihood);
  if (type === 'exact') {
    const rest = shape.slice(1);
    const count = rest.reduce((a, b) => a * b, 1);
    const units = Array.from({ length: count }, (_, k) => tensor(new Float64Array(count).fill(1, k, k + 1), rest, dtype));
    return { cotangent: (z, _, unit) => rules.column(z, unit), arguments: () => units, weight: 1 };
  }
  if (!Number.isInteger(samples) || samples < 1) throw new RangeError(`${where}: samples must be a positive integer, got ${samples}`);
  const stream = random(seed).fork('fisher');
  const draws = (batch: Batch, index: number): Tensor[] => {
    const own = stream.fork(String(index));
    const { shape: outputs } = outputSpec(where, problem, batch);
    return Array.from({ length: samples }, (_, s) => own.fork(String(s)).tensor(rules.noise, outputs, dtype));
  };
  return { cotangent: (z, _, noise) => rules.score(z, noise), arguments: draws, weight: 1 / samples };
}

/** Passes over the data that collect what Kronecker approximations need. */
export class LayerStatistics {
  private readonly scores: Scores;
  private readonly scale: number;

  constructor(
    private readonly where: string,
    private readonly problem: Problem,
    private readonly options: KroneckerOptions,
    private readonly selection: Selection,
    readonly layers: readonly NamedLayer[],
  ) {
    this.scores = scoresOf(where, problem, options);
    this.scale = problem.reduction === 'mean' ? 1 / exampleCount(problem) : 1;
  }

  /** The layers' inputs [n, positions, inputs] and gradients by their products [n, positions, outputs]. */
  private collect(chosen: readonly Tensor[], data: unknown, argument: Tensor): { rows: readonly Tensor[]; gradients: readonly Tensor[] } {
    const { layers, selection, problem, scores } = this;
    const { inputs: rows, gradients } = layerSignals(modelOf(problem, selection), layers, chosen, data, (z) => scores.cotangent(z, data, argument));
    return { rows, gradients };
  }

  /** Σ over examples of a function of rows and gradients, layer by layer. */
  private async sum(sizes: readonly number[], f: TreeFunction, more: readonly unknown[], what: string): Promise<Float64Array[]> {
    const { problem, options, selection, scores } = this;
    const run = compile(f, problem.engine ? { engine: problem.engine } : {});
    const sums = sizes.map((size) => new Float64Array(size));
    try {
      for (const [i, batch] of problem.batches.entries()) {
        const list = scores.arguments(batch, i);
        for (const argument of list) {
          options.signal?.throwIfAborted();
          const parts = run(selection.leaves, batch.data, argument, ...more) as Tensor[];
          for (const [l, part] of parts.entries()) await addWeighted(sums[l]!, [part], scores.weight, this.where);
          parts.forEach((t) => t.dispose());
        }
        options.onProgress?.({ done: i + 1, total: problem.batches.length, what });
      }
    } finally {
      run.dispose();
    }
    return sums;
  }

  /** The factors A and B of all layers. */
  async factors(): Promise<LayerFactors[]> {
    const { layers, options, problem } = this;
    const reduce = options.positions === 'reduce';
    const n = exampleCount(problem);
    const moments = (x: Tensor, mean: boolean): Tensor => {
      const flat = reduce ? (mean ? x.mean(1) : x.sum(1)) : x.reshape([-1, x.shape[2]!]);
      return matmul(flat, flat, { transposeA: true });
    };
    const both = (chosen: readonly Tensor[], data: unknown, argument: Tensor): Tensor[] => {
      const { rows, gradients } = this.collect(chosen, data, argument);
      return [...rows.map((x) => moments(x, true)), ...gradients.map((x) => moments(x, false))];
    };
    const sizes = [...layers.map((l) => l.inputs ** 2), ...layers.map((l) => l.outputs ** 2)];
    const sums = await this.sum(sizes, both, [], `${this.where} factors`);
    // Each argument of a batch has brought the inputs along once more.
    const repeats = this.scores.arguments(problem.batches[0]!, 0).length * this.scores.weight;
    return layers.map((layer, l) => ({
      ...layer,
      A: square(sums[l]!, 1 / (n * repeats * (reduce ? 1 : layer.positions))),
      B: square(sums[layers.length + l]!, this.scale),
    }));
  }

  /** Second moments of the examples' gradients in given bases, [inputs, outputs] for each layer. */
  async projected(bases: readonly { readonly left: Matrix; readonly right: Matrix }[]): Promise<Float64Array[]> {
    const { layers, selection, scale } = this;
    const upload = ({ rows, columns, data }: Matrix): Tensor => tensor(data, [rows, columns], selection.dtype);
    const device = bases.map(({ left, right }) => [upload(left), upload(right)]);
    const f = (chosen: readonly Tensor[], data: unknown, argument: Tensor, at: readonly (readonly [Tensor, Tensor])[]): Tensor[] => {
      const { rows, gradients } = this.collect(chosen, data, argument);
      return rows.map((x, l) => squaredProducts(matmul(x, at[l]![0]), matmul(gradients[l]!, at[l]![1])));
    };
    const sums = await this.sum(layers.map((l) => l.inputs * l.outputs), f, [device], `${this.where} scales`);
    return sums.map((s) => s.map((x) => x * scale));
  }
}

/** Σₙ (Σᵣ xₙᵣ yₙᵣᵀ)² elementwise, of x [n, positions, inputs] and y [n, positions, outputs]. */
function squaredProducts(x: Tensor, y: Tensor): Tensor {
  const [n, positions] = x.shape as [number, number];
  if (positions === 1) return matmul(x.reshape([n, -1]).square(), y.reshape([n, -1]).square(), { transposeA: true });
  return matmul(x, y, { transposeA: true }).square().sum(0);
}

const square = (data: Float64Array, scale: number): Matrix => ({ rows: Math.sqrt(data.length), columns: Math.sqrt(data.length), data: data.map((x) => x * scale) });

/** Eigenvectors of both factors of a layer, and their eigenvalues. */
export function eigenbases({ A, B }: LayerFactors): { left: Matrix; right: Matrix; a: Float64Array; b: Float64Array } {
  const [a, b] = [symmetricEigen(A), symmetricEigen(B)];
  return { left: a.vectors, right: b.vectors, a: a.values.map(atLeastZero), b: b.values.map(atLeastZero) };
}

/** Second moments have no negative eigenvalues but for rounding. */
const atLeastZero = (x: number): number => Math.max(0, x);
