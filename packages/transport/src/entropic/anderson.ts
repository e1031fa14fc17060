/** Acceleration of fixed-point iterations. */
import { cholesky } from '@curv/linalg';

/**
 * Anderson's acceleration (Anderson 1965; Walker & Ni 2011, "type II") of x ↦ G(x): the next point is the combination of the last images whose residual G(x) − x is
 * least. Memory: 2 `depth` vectors.
 * @returns (x, G(x)) → the next x
 */
export function anderson(depth: number): (x: Float64Array, image: Float64Array) => Float64Array {
  const images: Float64Array[] = [];
  const residuals: Float64Array[] = [];
  return (x, image) => {
    images.push(image.slice());
    residuals.push(image.map((value, j) => value - x[j]!));
    if (images.length > depth + 1) {
      images.shift();
      residuals.shift();
    }
    const weights = leastCombination(residuals);
    const next = image.slice();
    weights.forEach((weight, k) => {
      for (let j = 0; j < next.length; j++) next[j]! -= weight * (image[j]! - images[k]![j]!);
    });
    return next;
  };
}

/** γ that minimizes |r_last − Σ γ_k (r_last − r_k)|, by ridged normal equations: a ridge of 1e-10 keeps them regular where residuals align. */
function leastCombination(residuals: readonly Float64Array[]): Float64Array {
  const last = residuals.at(-1)!;
  const steps = residuals.slice(0, -1).map((r) => last.map((value, j) => value - r[j]!));
  const count = steps.length;
  if (count === 0) return new Float64Array(0);
  const data = new Float64Array(count * count);
  for (let p = 0; p < count; p++) for (let q = 0; q < count; q++) data[p * count + q] = dot(steps[p]!, steps[q]!);
  const trace = steps.reduce((total, _, p) => total + data[p * count + p]!, 0);
  if (!(trace > 0)) return new Float64Array(count);
  for (let p = 0; p < count; p++) data[p * count + p]! += 1e-10 * trace;
  const factor = cholesky({ rows: count, columns: count, data });
  return factor.ok ? factor.solve(Float64Array.from(steps, (s) => dot(s, last))) : new Float64Array(count);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
