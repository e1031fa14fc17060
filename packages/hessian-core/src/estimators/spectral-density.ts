/** Spectral density of a symmetric operator by stochastic Lanczos quadrature. */
import { lanczos, type LinearOperator, tridiagonalEigen } from '@curv/linalg';
import { drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, type Estimate, meanEstimate } from './statistics.js';

/** Options of `spectralDensity`. */
export interface DensityOptions extends ProbeOptions {
  /** Independent Lanczos runs. Default 10. */
  readonly probes?: number;
  /** Lanczos steps in each. Default 30 (at most the dimension). */
  readonly steps?: number;
  /** What replaces each node: a Gaussian, or a Lorentzian, whose tails show single eigenvalues on a log scale. Default `gaussian`. */
  readonly broadening?: 'gaussian' | 'lorentzian';
  /** Standard deviation of the Gaussian (half width at half maximum of the Lorentzian). Default: 1/100 of the range of the nodes. */
  readonly bandwidth?: number;
  /** Ends of the grid. Default: the range of the nodes with four bandwidths on each side. */
  readonly range?: readonly [number, number];
  /** Points of the grid. Default 400. */
  readonly points?: number;
  /** Level of the trace's interval. Default 0.95. */
  readonly confidence?: number;
}

/** A density of eigenvalues, of integral 1. */
export interface SpectralDensity {
  readonly grid: Float64Array;
  /** Mean over the probes. */
  readonly density: Float64Array;
  /** Standard error over the probes. */
  readonly standardError: Float64Array;
  readonly bandwidth: number;
  /** Quadrature nodes (Ritz values) and weights of each probe; weights of a probe sum to 1. */
  readonly nodes: readonly Float64Array[];
  readonly weights: readonly Float64Array[];
  /** The trace that the same probes give: n · mean of node averages. */
  readonly trace: Estimate;
  readonly products: number;
}

/**
 * Stochastic Lanczos quadrature (Golub & Meurant 1993; Ubaru, Chen & Saad 2017; Ghorbani, Krishnan & Xiao 2019, arXiv:1901.10159, algorithm 1):
 * from each probe `steps` Lanczos steps give the Gauss quadrature of its spectral measure; nodes are the eigenvalues of the tridiagonal matrix,
 * weights the squared first components of its eigenvectors. Cost: probes · steps products; memory: `steps` vectors.
 */
export async function spectralDensity(operator: LinearOperator, options: DensityOptions = {}): Promise<SpectralDensity> {
  const n = requireSquare(operator);
  const { probes = 10, distribution = 'rademacher', points = 400, confidence = 0.95, signal, onProgress } = options;
  const steps = Math.min(n, options.steps ?? 30);
  requireCount('probes', probes);
  requireCount('steps', steps);
  requireCount('points', points, 2);
  checkConfidence(confidence);
  const stream = probeStream(options, 'slq');
  const nodes: Float64Array[] = [];
  const weights: Float64Array[] = [];
  const traces: number[] = [];
  let products = 0;
  for (let k = 0; k < probes; k++) {
    const start = drawProbe(stream, n, distribution);
    const scale = start.reduce((s, x) => s + x * x, 0);
    const run = await lanczos(operator, {
      steps,
      start,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (p: { iteration: number }) => onProgress({ done: k * steps + p.iteration, total: probes * steps }) }),
    });
    products += run.iterations;
    const { values, firstComponents } = tridiagonalEigen(run.alpha, run.beta, { vectors: 'first' });
    nodes.push(values);
    weights.push(firstComponents!.map((c) => c * c));
    // α₁ = vᵀ A v / vᵀ v: Hutchinson's sample comes with the first step.
    traces.push(run.alpha[0]! * scale);
  }
  const shape = broaden(nodes, weights, points, options);
  return { ...shape, nodes, weights, trace: meanEstimate(traces, confidence), products };
}

/** What replaces a node at distance x in bandwidths, of integral 1. */
const KERNELS: Readonly<Record<NonNullable<DensityOptions['broadening']>, (x: number) => number>> = {
  gaussian: (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
  lorentzian: (x) => 1 / (Math.PI * (1 + x * x)),
};

/** Broadened nodes on a grid. */
function broaden(
  nodes: readonly Float64Array[],
  weights: readonly Float64Array[],
  points: number,
  options: DensityOptions,
): Pick<SpectralDensity, 'grid' | 'density' | 'standardError' | 'bandwidth'> {
  const low = Math.min(...nodes.map((list) => Math.min(...list)));
  const high = Math.max(...nodes.map((list) => Math.max(...list)));
  const { broadening = 'gaussian' } = options;
  const kernel = Object.hasOwn(KERNELS, broadening) ? KERNELS[broadening] : undefined;
  if (kernel === undefined) throw new TypeError(`broadening must be gaussian or lorentzian, got ${String(broadening)}`);
  const bandwidth = options.bandwidth ?? ((high - low) / 100 || Math.max(Math.abs(high), 1) * 1e-3);
  if (!(bandwidth > 0)) throw new RangeError(`bandwidth must be positive, got ${bandwidth}`);
  const [from, to] = options.range ?? [low - 4 * bandwidth, high + 4 * bandwidth];
  if (!(from < to && Number.isFinite(to - from))) throw new RangeError(`range must be two finite numbers in order, got [${from}, ${to}]`);
  const grid = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  const density = new Float64Array(points);
  const squares = new Float64Array(points);
  nodes.forEach((list, k) => {
    for (let i = 0; i < points; i++) {
      let value = 0;
      list.forEach((node, j) => (value += weights[k]![j]! * kernel((grid[i]! - node) / bandwidth)));
      value /= bandwidth;
      density[i]! += value / nodes.length;
      squares[i]! += value * value;
    }
  });
  const standardError = squares.map((s, i) => Math.sqrt(Math.max(0, s / nodes.length - density[i]! ** 2) / Math.max(1, nodes.length - 1)));
  return { grid, density, standardError, bandwidth };
}
