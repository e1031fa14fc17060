/** Random probe vectors, and the loop over them that all probing estimators share. */
import type { LinearOperator } from '@curv/linalg';
import { random, type Random } from '@curv/tensor';

/** How probes are drawn: all have mean 0 and covariance I. */
export type ProbeDistribution = 'rademacher' | 'normal' | 'sphere';

/** Options of every probing estimator. */
export interface ProbeOptions {
  readonly distribution?: ProbeDistribution;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Called after each product with the operator. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** A probe vector; `sphere` is uniform on the sphere of radius √n. */
export function drawProbe(stream: Random, n: number, distribution: ProbeDistribution): Float64Array {
  const probe = new Float64Array(n);
  if (distribution === 'rademacher') return drawSigns(stream, probe);
  for (let i = 0; i < n; i++) probe[i] = stream.normal();
  if (distribution === 'normal') return probe;
  if (distribution !== 'sphere') throw new TypeError(`distribution must be rademacher, normal or sphere, got ${String(distribution)}`);
  const scale = Math.sqrt(n / dot(probe, probe));
  return probe.map((x) => x * scale);
}

/** Signs from every bit of the stream: one call for 32 of them. */
function drawSigns(stream: Random, probe: Float64Array): Float64Array {
  for (let from = 0; from < probe.length; from += 32) {
    const to = Math.min(from + 32, probe.length);
    let bits = stream.integer(2 ** 32) | 0;
    for (let i = from; i < to; i++, bits >>= 1) probe[i] = 2 * (bits & 1) - 1;
  }
  return probe;
}

/** The stream of an estimator's probes: a seed of its own for each purpose. */
export const probeStream = ({ seed = 0 }: ProbeOptions, purpose: string): Random => random(seed).fork(purpose);

export function dot(a: Float64Array, b: Float64Array): number {
  // four chains of additions run side by side
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** @throws RangeError unless the operator is square */
export function requireSquare({ shape }: LinearOperator): number {
  if (shape[0] !== shape[1]) throw new RangeError(`operator: expected a square operator, got shape [${shape.join(', ')}]`);
  return shape[0];
}

/** @throws RangeError unless a positive integer */
export function requireCount(name: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
}
