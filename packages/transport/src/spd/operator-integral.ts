/** Multiple operator integrals of symmetric matrices: what all derivatives of matrix functions are made of. */
import { customDerivative, matmul, symmetricEigen, type Tensor, transpose } from '@curv/tensor';

/**
 * A smooth function of several eigenvalues. For i ≠ j its divided difference in one variable, [φ(…, λᵢ, …) − φ(…, λⱼ, …)] / (λᵢ − λⱼ), is again
 * smooth and has the limit ∂φ for equal ones; a kernel gives it in a form without cancellation.
 */
export interface Kernel {
  /** Its number of variables. */
  readonly arity: number;
  /** Values at tensors of eigenvalues that broadcast against each other. */
  at(eigenvalues: readonly Tensor[]): Tensor;
  /** The divided difference in a variable, which becomes two neighbours; null where the kernel is not differentiated further by rule. */
  difference(variable: number): Kernel | null;
}

export const swapLast = (a: Tensor): Tensor => transpose(a, [...a.shape.keys()].slice(0, -2).concat(a.rank - 1, a.rank - 2));

/** (X + Xᵀ)/2. */
export const symmetricPart = (x: Tensor): Tensor => x.add(swapLast(x)).mul(0.5);

/** U X Uᵀ. */
export const fromBasis = (u: Tensor, x: Tensor): Tensor => matmul(matmul(u, x), u, { transposeB: true });

/** Uᵀ X U. */
export const intoBasis = (u: Tensor, x: Tensor): Tensor => matmul(u, matmul(x, u), { transposeA: true });

/** The same kernel with its last variable in front. */
function rotated(kernel: Kernel): Kernel {
  return {
    arity: kernel.arity,
    at: (values) => kernel.at([values[values.length - 1]!, ...values.slice(0, -1)]),
    difference(variable) {
      const last = variable === kernel.arity - 1;
      const inner = kernel.difference(last ? 0 : variable + 1);
      return inner && (last ? rotated(rotated(inner)) : rotated(inner));
    },
  };
}

const times = (kernel: Kernel, turns: number): Kernel => (turns === 0 ? kernel : times(rotated(kernel), turns - 1));

/** Eigenvalues [..., n] along axis `place` of `arity` new last axes. */
function along(values: Tensor, place: number, arity: number): Tensor {
  const n = values.shape[values.rank - 1]!;
  return values.reshape([...values.shape.slice(0, -1), ...Array.from({ length: arity }, (_, axis) => (axis === place ? n : 1))]);
}

/** φ(λ_i, λ_j, …), [..., n, n, …] with one axis for each variable. */
const evaluated = (kernel: Kernel, values: Tensor): Tensor => kernel.at(Array.from({ length: kernel.arity }, (_, place) => along(values, place, kernel.arity)));

/** A matrix [..., n, n] on two neighbouring ones of `arity` last axes. */
function onAxes(x: Tensor, place: number, arity: number): Tensor {
  const n = x.shape[x.rank - 1]!;
  return x.reshape([...x.shape.slice(0, -2), ...Array.from({ length: arity }, (_, axis) => (axis === place || axis === place + 1 ? n : 1))]);
}

/** Σ over the inner indices of φ(λ_i, …, λ_j) X¹_{i·} ⋯ Xᵖ_{·j}, in the eigenbasis. */
function contract(kernel: Kernel, values: Tensor, xs: readonly Tensor[]): Tensor {
  const weighted = xs.reduce((product, x, q) => product.mul(onAxes(x, q, kernel.arity)), evaluated(kernel, values));
  const inner = Array.from({ length: kernel.arity - 2 }, (_, i) => weighted.rank - kernel.arity + 1 + i);
  return inner.length === 0 ? weighted : weighted.sum(inner);
}

/** The adjoint of broadcasting in leading axes. */
function sumLeading(x: Tensor, rank: number): Tensor {
  const extra = x.rank - rank;
  return extra === 0 ? x : x.sum([...x.shape.keys()].slice(0, extra));
}

/**
 * M(A; X¹, …, Xᵖ) = U [Σ φ(λ_i, λ_k, …, λ_j) X¹_{ik} ⋯ Xᵖ_{·j}] Uᵀ with A = U diag(λ) Uᵀ and the X in that basis: linear in each X, with p + 1 the kernel's arity.
 * Its derivative in A along D is the sum over its variables of the integrals that have D inserted there and the kernel's divided difference (Daletskii & Krein
 * 1965): exact also where eigenvalues meet. A and each X are matrices [n, n], or [..., n, n] of one batch. Cost of arity 2: an eigenproblem and four products; of a higher arity a: nᵃ.
 */
export function operatorIntegral(kernel: Kernel, a: Tensor, xs: readonly Tensor[]): Tensor {
  const inserted = Array.from({ length: kernel.arity }, (_, variable) => kernel.difference(variable));
  const integral = (matrix: Tensor, ...list: Tensor[]): Tensor => {
    const { values, vectors } = symmetricEigen(matrix);
    return fromBasis(vectors, contract(kernel, values, list.map((x) => intoBasis(vectors, x))));
  };
  if (inserted.includes(null)) return integral(a, ...xs);
  const run: (matrix: Tensor, ...list: Tensor[]) => Tensor = customDerivative(integral, {
    jvp: ([matrix, ...list]: Tensor[], [dMatrix, ...moves]: Tensor[]) => {
      const moved = moves.map((move, q) => run(matrix!, ...list.with(q, move)));
      const turned = inserted.map((difference, q) => operatorIntegral(difference!, matrix!, list.toSpliced(q, 0, symmetricPart(dMatrix!))));
      return [...moved, ...turned].reduce((sum, term) => sum.add(term));
    },
    // ⟨C, M⟩ is cyclic: the factor that is asked for is moved to the end
    transpose: ([matrix, ...list]: (Tensor | null)[], ct: Tensor) => {
      const back = list.map((x, q) => {
        if (x !== null) return ct;
        const others = [...list.slice(q + 1), swapLast(ct), ...list.slice(0, q)] as Tensor[];
        return sumLeading(swapLast(operatorIntegral(times(kernel, q + 1), matrix!, others)), xs[q]!.rank);
      });
      return [ct, ...back];
    },
  });
  return run(a, ...xs);
}
