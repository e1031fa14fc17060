/** Damped least squares by orthogonal factorization. */
import { matrix, type Matrix, matvec, pivotedQR, qr } from '@curv/linalg';
import type { Vector } from '../api.js';
import { transposedTimes } from '../oracle.js';
import { scaled } from '../vector.js';
import type { Damped, InnerSolver } from './api.js';

/**
 * Householder QR of J once a point, and of [R; √λ D] for each damping (Moré 1978): never squares the condition. Without damping and with dependent columns, the basic
 * solution of a pivoted QR. Cost 2 m d² a point and 4/3 · 2 d³ a trial.
 */
export function qrSolver(): InnerSolver {
  return {
    name: 'qr',
    needs: ['residual', 'jacobian'],
    direct: true,
    async linearize(x, residual, oracle) {
      const j = await oracle.jacobian(x);
      const gradient = transposedTimes(j, residual);
      const factor = qr(j);
      const { R } = factor;
      /** −(Qᵀ u)₁. */
      const turned = (u: Vector): Vector => scaled(-1, factor.applyQTranspose(u).slice(0, R.rows));
      return {
        gradient,
        columnNorms: columnNorms(j),
        image: async (v) => matvec(j, v),
        damped(lambda, scale): Damped {
          oracle.evaluations.solve++;
          if (lambda > 0) return stacked(R, Math.sqrt(lambda), scale, turned);
          if (factor.fullRank && R.rows === R.columns) return { solve: async (u) => backward(R, turned(u)), energy: (b) => square(forwardTransposed(R, b)) };
          return { solve: async (u) => pivotedQR(R).solve(pad(turned(u), R.rows)).slice(0, R.columns), energy: () => NaN };
        },
      };
    },
  };
}

/** [R; √λ D] p = [−(Qᵀu)₁; 0]. */
function stacked(R: Matrix, root: number, scale: Vector, turned: (u: Vector) => Vector): Damped {
  const { rows, columns: n } = R;
  const data = new Float64Array((rows + n) * n);
  data.set(R.data);
  for (let j = 0; j < n; j++) data[(rows + j) * n + j] = root * scale[j]!;
  const factor = qr(matrix(rows + n, n, data));
  return {
    solve: async (u) => backward(factor.R, factor.applyQTranspose(pad(turned(u), rows + n)).slice(0, n)),
    energy: (b) => square(forwardTransposed(factor.R, b)),
  };
}

function pad(v: Vector, length: number): Vector {
  const out = new Float64Array(length);
  out.set(v);
  return out;
}

const square = (v: Vector): number => v.reduce((s, x) => s + x * x, 0);

/** R x = b. */
function backward({ columns: n, data }: Matrix, b: Vector): Vector {
  const x = b.slice(0, n);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= data[i * n + j]! * x[j]!;
    x[i]! /= data[i * n + i]!;
  }
  return x;
}

/** Rᵀ x = b. */
function forwardTransposed({ columns: n, data }: Matrix, b: Vector): Vector {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    x[i]! /= data[i * n + i]!;
    for (let j = i + 1; j < n; j++) x[j]! -= data[i * n + j]! * x[i]!;
  }
  return x;
}

/** ‖J eⱼ‖, without overflow on the way. */
export function columnNorms({ rows, columns, data }: Matrix): Vector {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j] = Math.hypot(out[j]!, data[i * columns + j]!);
  return out;
}
