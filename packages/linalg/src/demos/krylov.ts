/** Conjugate gradients with preconditioners on a heat problem in a patchwork of good and bad conductors. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import type { LinearOperator } from '../api.js';
import { conjugateGradient } from '../krylov/conjugate-gradient.js';
import { minres } from '../krylov/minres.js';
import { diagonalOperator } from '../operators/diagonal.js';
import { incompleteCholesky } from '../sparse/incomplete-cholesky.js';
import { ssorPreconditioner } from '../sparse/sor.js';
import { sparseFromTriplets, type SparseMatrix } from '../sparse/sparse-matrix.js';
import { sparseOperator } from '../sparse/sparse-operator.js';

interface Values {
  readonly side: number;
  readonly contrast: number;
  readonly tolerance: number;
}

const FIGURE = { figure: 'Relative residual', axes: { x: { label: 'products with the matrix' }, y: { label: '‖b − A x‖ ÷ ‖b‖', log: true } } } as const;

export async function* krylov({ side, contrast, tolerance }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const n = side * side;
  const patches = rng.fork('patches');
  const chosen = Array.from({ length: 64 }, () => patches.uniform() < 0.35);
  // 8 × 8 patches, one in three of which conducts badly.
  const conductivity = Float64Array.from({ length: n }, (_, k) => (chosen[8 * Math.floor((8 * Math.floor(k / side)) / side) + Math.floor((8 * (k % side)) / side)]! ? 1 / contrast : 1));
  const a = conduction(side, conductivity);
  const b = new Float64Array(n).fill(1 / n);
  const size = 1 / Math.sqrt(n);
  const operator = sparseOperator(a, { positiveDefinite: true });
  const methods: Readonly<Record<string, () => LinearOperator | undefined>> = {
    MINRES: () => undefined,
    'conjugate gradients': () => undefined,
    'with the diagonal': () => diagonalOperator(diagonalOf(a).map((d) => 1 / d)),
    'with SSOR': () => ssorPreconditioner(a),
    'with incomplete Cholesky': () => incompleteCholesky(a).preconditioner(),
  };
  const values: Record<string, number> = {};
  let solution = new Float64Array(n);
  for (const [i, [name, preconditionerOf]] of Object.entries(methods).entries()) {
    yield progress(i, 5, name);
    await breathe(signal);
    const preconditioner = preconditionerOf();
    const [x, y]: [number[], number[]] = [[0], [1]];
    const onProgress = ({ iteration, residual }: { iteration: number; residual: number }): void => {
      x.push(iteration);
      y.push(Math.max(residual / size, 1e-17));
    };
    const solve = name === 'MINRES' ? minres : conjugateGradient;
    const found = await solve(operator, b, { tolerance, maxIterations: 5000, signal, onProgress, ...(preconditioner && { preconditioner }) });
    yield { kind: 'series', name, ...FIGURE, x, y };
    values[`products, ${name}`] = found.iterations;
    solution = found.x as typeof solution;
  }
  const axes = { x: { label: 'x' }, y: { label: 'y' }, equal: true };
  const place = { axes, x: [0, 1], y: [0, 1], width: side, height: side } as const;
  yield { kind: 'grid', name: 'Conductivity', ...place, z: conductivity };
  yield { kind: 'grid', name: 'Temperature, edges held at 0', ...place, z: solution };
  yield { kind: 'metric', step: 0, values };
}

/** −∇·(c ∇u) on a square by finite volumes, edges held at 0: fluxes between cells by harmonic means of their conductivities. */
function conduction(side: number, c: Float64Array): SparseMatrix {
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  const add = (i: number, j: number, value: number): void => {
    rows.push(i);
    columns.push(j);
    values.push(value);
  };
  for (let i = 0; i < side * side; i++) {
    const [row, column] = [Math.floor(i / side), i % side];
    for (const [r, s] of [[row - 1, column], [row + 1, column], [row, column - 1], [row, column + 1]] as const) {
      if (r < 0 || s < 0 || r === side || s === side) {
        add(i, i, 2 * c[i]!);
        continue;
      }
      const j = r * side + s;
      const flux = 2 / (1 / c[i]! + 1 / c[j]!);
      add(i, i, flux);
      add(i, j, -flux);
    }
  }
  return sparseFromTriplets(side * side, side * side, rows, columns, values);
}

function diagonalOf({ rows, pointers, indices, values }: SparseMatrix): Float64Array {
  const diagonal = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let t = pointers[i]!; t < pointers[i + 1]!; t++) if (indices[t] === i) diagonal[i] = values[t]!;
  return diagonal;
}
