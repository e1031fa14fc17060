/** Restarted minimal residual iterations on an Arnoldi basis, preconditioned from the right so that residuals are those of the system. */
import { axpy, axpyRange, EPSILON, norm, scale } from '../vector.js';
import { KrylovBasis } from './krylov-basis.js';
import { type LinearProblem, trueResidual } from './linear-solve.js';

type ArnoldiStatus = 'converged' | 'max-iterations' | 'stagnation' | 'breakdown';

export interface ArnoldiResult {
  readonly status: ArnoldiStatus;
  readonly residual: number;
}

/** Works on problem.x. `flexible` keeps each preconditioned direction, so that the preconditioner may change between them. */
export async function arnoldiSolve(problem: LinearProblem, b: Float64Array, restart: number, flexible: boolean): Promise<ArnoldiResult> {
  const { x, target, maxIterations, products } = problem;
  let r = await trueResidual(products, b, x);
  let residual = norm(r);
  let stalled = 0;
  for (;;) {
    if (residual <= target) return { status: 'converged', residual };
    if (products.count >= maxIterations) return { status: 'max-iterations', residual };
    const before = residual;
    const kept = x.slice();
    const broke = await cycle(problem, r, residual, restart, flexible);
    r = await trueResidual(products, b, x);
    residual = norm(r);
    if (residual > before) {
      x.set(kept);
      return { status: broke ? 'breakdown' : 'stagnation', residual: before };
    }
    if (broke && residual > target) return { status: 'breakdown', residual };
    // restarted spaces may creep, but two cycles without a thousandth of progress will not end
    stalled = residual > 0.999 * before ? stalled + 1 : 0;
    if (stalled === 2 && residual > target) return { status: 'stagnation', residual };
  }
}

/** One cycle; whether the space closed on itself without the solution (a singular matrix or preconditioner). */
async function cycle(
  { n, x, target, maxIterations, products, precondition, report }: LinearProblem, r: Float64Array, size: number, restart: number, flexible: boolean,
): Promise<boolean> {
  const basis = new KrylovBasis(n, restart + 1, 'float64');
  const directions = flexible ? new Float64Array(restart * n) : null;
  const stride = restart + 1;
  const R = new Float64Array(restart * stride);
  const cosines = new Float64Array(restart);
  const sines = new Float64Array(restart);
  const g = new Float64Array(stride);
  g[0] = size;
  basis.store(0, r.map((x) => x / size));
  let j = 0;
  let closed = false;
  while (j < restart && products.count < maxIterations && !closed) {
    const z = await precondition(basis.vector(j));
    directions?.set(z, j * n);
    const w = await products.apply(z);
    const before = norm(w);
    // column j of H, stored as row j of R
    const h = R.subarray(j * stride, (j + 1) * stride);
    const left = basis.orthogonalize(j + 1, w, h);
    closed = !(left > 4 * EPSILON * before);
    if (!closed) basis.store(j + 1, scale(1 / left, w));
    turn(h, cosines, sines, g, j, closed ? 0 : left);
    j++;
    const residual = Math.abs(g[j]!);
    report(residual);
    if (residual <= target / 2) break;
  }
  const y = backSubstitute(R, stride, g, j);
  const singular = y === null;
  if (singular) return true;
  if (directions) for (let t = 0; t < j; t++) axpyRange(y[t]!, directions, t * n, x, 0, n);
  else {
    const combination = new Float64Array(n);
    for (let t = 0; t < j; t++) axpy(y[t]!, basis.share(t), combination);
    const z = await precondition(combination);
    for (let i = 0; i < n; i++) x[i]! += z[i]!;
  }
  return closed && Math.abs(g[j]!) > target;
}

/** Givens rotations bring column j of the Hessenberg matrix to triangular form. */
function turn(h: Float64Array, cosines: Float64Array, sines: Float64Array, g: Float64Array, j: number, below: number): void {
  for (let i = 0; i < j; i++) {
    const t = h[i]!;
    h[i] = cosines[i]! * t + sines[i]! * h[i + 1]!;
    h[i + 1] = cosines[i]! * h[i + 1]! - sines[i]! * t;
  }
  const length = Math.hypot(h[j]!, below);
  cosines[j] = length === 0 ? 1 : h[j]! / length;
  sines[j] = length === 0 ? 0 : below / length;
  h[j] = length;
  g[j + 1] = -sines[j]! * g[j]!;
  g[j]! *= cosines[j]!;
}

/** Null where the triangle is singular to rounding. */
function backSubstitute(R: Float64Array, stride: number, g: Float64Array, size: number): Float64Array | null {
  const y = new Float64Array(size);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, R[i * stride + i]!);
  for (let i = size - 1; i >= 0; i--) {
    const pivot = R[i * stride + i]!;
    // a direction that A takes to 0: only the last can be, and it is left out
    if (!(pivot > EPSILON * largest)) {
      if (i === size - 1 && size > 1) continue;
      return null;
    }
    let sum = g[i]!;
    for (let t = i + 1; t < size; t++) sum -= R[t * stride + i]! * y[t]!;
    y[i] = sum / pivot;
  }
  return y;
}
