/** Inverses of diagonal matrices with an update of low rank. */
import { type LinearOperator, lu, matmul, type Matrix, transpose } from '@curv/linalg';

/** Options of `woodburyInverse`. */
export interface WoodburyOptions {
  /** D: one positive number, or one for each coordinate. */
  readonly diagonal: number | Float64Array;
  /** U: k vectors of length d as rows. */
  readonly vectors: readonly Float64Array[];
  /** W: a number other than 0 for each vector, such as an eigenvalue. Default: ones. */
  readonly weights?: ArrayLike<number>;
}

/**
 * (D + Uᵀ W U)⁻¹ = D⁻¹ − D⁻¹Uᵀ (W⁻¹ + U D⁻¹ Uᵀ)⁻¹ U D⁻¹ (Woodbury 1950), for D and W diagonal. With eigenpairs of a curvature matrix and a damping it inverts
 * the matrix on their span and the damping on the rest, which makes a preconditioner. Cost: k²d to build, 2kd a product.
 * @throws RangeError on lengths that do not fit, numbers that are not finite, a diagonal that is not positive, or a sum that is singular
 */
export function woodburyInverse({ diagonal, vectors, weights }: WoodburyOptions): LinearOperator {
  const where = 'woodburyInverse';
  const k = vectors.length;
  const d = vectors[0]?.length ?? (typeof diagonal === 'number' ? 0 : diagonal.length);
  if (d === 0) throw new RangeError(`${where}: expected at least one vector, or a diagonal as a vector`);
  const inverse = typeof diagonal === 'number' ? new Float64Array(d).fill(1 / diagonal) : diagonal.map((x) => 1 / x);
  if (inverse.length !== d) throw new RangeError(`${where}: diagonal must have ${d} elements, got ${inverse.length}`);
  const bad = inverse.findIndex((x) => !(x > 0 && x < Infinity));
  if (bad >= 0) throw new RangeError(`${where}: diagonal must be positive and finite, got ${typeof diagonal === 'number' ? diagonal : `${diagonal[bad]!} at element ${bad}`}`);
  const u: Matrix = { rows: k, columns: d, data: new Float64Array(k * d) };
  vectors.forEach((v, j) => {
    if (v.length !== d) throw new RangeError(`${where}: vectors[${j}] must have ${d} elements, got ${v.length}`);
    u.data.set(v, j * d);
  });
  const w = weights === undefined ? new Float64Array(k).fill(1) : Float64Array.from(weights);
  if (w.length !== k || w.some((x) => !(Number.isFinite(x) && x !== 0))) throw new RangeError(`${where}: weights must be ${k} finite numbers other than 0, got ${[...w].join(', ')}`);
  const scaled: Matrix = { ...u, data: u.data.map((x, i) => x * inverse[i % d]!) };
  const inner = matmul(scaled, transpose(u));
  for (let j = 0; j < k; j++) inner.data[j * k + j]! += 1 / w[j]!;
  const factor = k > 0 ? lu(inner) : null;
  if (factor && (factor.singular || factor.conditionEstimate() > 1e15)) throw new RangeError(`${where}: the sum of diagonal and update is singular`);
  return {
    shape: [d, d],
    dtype: 'float64',
    structure: w.every((x) => x > 0) ? { symmetric: true, positiveDefinite: true } : { symmetric: true },
    apply(x) {
      if (x.length !== d) throw new RangeError(`${where}: expected a vector of length ${d}, got ${x.length}`);
      const out = x.map((value, i) => value * inverse[i]!);
      if (factor === null) return out;
      const products = Float64Array.from({ length: k }, (_, j) => {
        let sum = 0;
        for (let i = 0; i < d; i++) sum += scaled.data[j * d + i]! * x[i]!;
        return sum;
      });
      const c = factor.solve(products);
      for (let j = 0; j < k; j++) for (let i = 0; i < d; i++) out[i]! -= c[j]! * scaled.data[j * d + i]!;
      return out;
    },
  };
}
