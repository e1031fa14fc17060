/** Polynomials of the uniform expansions for large order. */

/** The most terms that can be asked for. */
export const MAX_UNIFORM_TERMS = 20;

/**
 * u_k(t) = tᵏ q_k(t²): coefficients of q_k, ascending, from DLMF 10.41.9, u_{k+1} = ½ t² (1 − t²) u_k′ + ⅛ ∫₀ᵗ (1 − 5s²) u_k ds.
 * Every coefficient of the next polynomial is a sum of two terms of one sign, so nothing cancels.
 */
function firstKind(count: number): readonly (readonly number[])[] {
  const table: number[][] = [[1]];
  for (let k = 0; k < count; k++) {
    const next = new Array<number>(k + 2).fill(0);
    table[k]!.forEach((a, j) => {
      const m = k + 2 * j;
      next[j]! += a * (m / 2 + 1 / (8 * (m + 1)));
      next[j + 1]! -= a * (m / 2 + 5 / (8 * (m + 3)));
    });
    table.push(next);
  }
  return table;
}

/** v_k(t) = tᵏ w_k(t²): coefficients of w_k, from DLMF 10.41.9, v_{k+1} = u_{k+1} − ½ t (1 − t²) u_k − t² (1 − t²) u_k′. */
function derivativeKind(u: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return u.map((q, k) => {
    const w = [...q];
    (u[k - 1] ?? []).forEach((a, j) => {
      const factor = a * (0.5 + (k - 1 + 2 * j));
      w[j]! -= factor;
      w[j + 1]! += factor;
    });
    return w;
  });
}

export const U: readonly (readonly number[])[] = /* @__PURE__ */ firstKind(MAX_UNIFORM_TERMS);
export const V: readonly (readonly number[])[] = /* @__PURE__ */ derivativeKind(U);

/** Σ_{k ≤ terms} (scale)ᵏ q_k(s), by Horner in s = t²; scale is ±t/v. Stops early when a term no longer counts. */
export function uniformSum(table: readonly (readonly number[])[], scale: number, s: number, terms: number): number {
  let sum = 1;
  let power = 1;
  for (let k = 1; k <= terms; k++) {
    const q = table[k]!;
    let value = q[k]!;
    for (let j = k - 1; j >= 0; j--) value = value * s + q[j]!;
    power *= scale;
    const term = power * value;
    sum += term;
    if (Math.abs(power) * (Math.abs(value) + 1) < 1e-18) break;
  }
  return sum;
}

/**
 * How many terms are enough at order v. The table of input ranges asks for 4, 6, 9 and 13; the first that it leaves out reach 1e-13 of the sum
 * (v = 20.2, x = 12.6 with 9 terms), these leave out less than 1e-16.
 */
export function uniformTerms(v: number): number {
  if (v > 163.6993) return 6;
  if (v > 56.9971) return 8;
  return v > 20.1534 ? 12 : 16;
}
