/** Damped least squares whose normal equations are banded. */
import { bandedCholesky, matrix } from '@curv/linalg';
import { checkCount } from '../../checks.js';
import type { Oracle, Vector } from '../api.js';
import { dot, scaled } from '../vector.js';
import type { InnerSolver } from './api.js';

/**
 * For residuals that couple a parameter with the `bandwidth` nearest ones at most, so that (JᵀJ)ᵢⱼ = 0 for |i − j| > bandwidth: as in chains, splines, boundary-value problems. The band
 * is found by 2 · bandwidth + 1 products with JᵀJ (Curtis, Powell & Reid 1974, on a symmetric band), no matrix is formed. A wider coupling than declared is refused. Cost
 * 4 w + 5 products a point, d w² a trial.
 * @throws RangeError from the method that uses it when a product shows a coupling outside of the band
 */
export function bandedSolver(bandwidth: number): InnerSolver {
  checkCount('bandwidth', bandwidth, 0);
  return {
    name: `banded(${bandwidth})`,
    needs: ['residual', 'jvp', 'vjp'],
    direct: true,
    async linearize(x, residual, oracle) {
      const gradient = await oracle.vjp(x, residual);
      const width = bandwidth + 1;
      const band = await bandOf(x, oracle, bandwidth);
      const n = gradient.length;
      const columnNorms = Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(0, band[i * width + bandwidth]!)));
      return {
        gradient,
        columnNorms,
        image: (v) => oracle.jvp(x, v),
        damped(lambda, scale) {
          oracle.evaluations.solve++;
          const data = band.slice();
          for (let i = 0; i < n; i++) data[i * width + bandwidth]! += lambda * scale[i]! ** 2;
          const factor = bandedCholesky(matrix(n, width, data));
          return factor.ok ? { solve: async (u) => scaled(-1, factor.solve(u === residual ? gradient : await oracle.vjp(x, u))), energy: (b) => dot(b, factor.solve(b)) } : null;
        },
      };
    },
  };
}

/** The lower band of JᵀJ by rows, as `bandedCholesky` takes it. */
async function bandOf(x: Vector, oracle: Oracle, w: number): Promise<Vector> {
  const n = oracle.dimension;
  const colors = Math.min(n, 2 * w + 1);
  const band = new Float64Array(n * (w + 1));
  const products: Vector[] = [];
  for (let c = 0; c < colors; c++) {
    const seed = Float64Array.from({ length: n }, (_, j) => (j % colors === c ? 1 : 0));
    products.push(await oracle.vjp(x, await oracle.jvp(x, seed)));
  }
  for (let i = 0; i < n; i++) for (let j = Math.max(0, i - w); j <= i; j++) band[i * (w + 1) + w - i + j] = products[j % colors]![i]!;
  await checkBand(x, oracle, band, w);
  return band;
}

/** One more product shows what lies outside. */
async function checkBand(x: Vector, oracle: Oracle, band: Vector, w: number): Promise<void> {
  const n = oracle.dimension;
  const probe = Float64Array.from({ length: n }, (_, j) => Math.sin(1 + 7 * j));
  const product = await oracle.vjp(x, await oracle.jvp(x, probe));
  const expected = new Float64Array(n);
  const size = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - w); j <= i; j++) {
      const a = band[i * (w + 1) + w - i + j]!;
      expected[i]! += a * probe[j]!;
      size[i]! += Math.abs(a);
      if (j === i) continue;
      expected[j]! += a * probe[i]!;
      size[j]! += Math.abs(a);
    }
  }
  // An entry outside of the band appears in the sums of the colours as well: it shows as a difference of its own size.
  const most = size.reduce((m, s) => Math.max(m, s), 0);
  const bad = product.findIndex((p, i) => Math.abs(p - expected[i]!) > 1e-8 * most);
  if (bad >= 0) throw new RangeError(`bandwidth: expected parameter ${bad} to be coupled with at most ${w} neighbours on each side, but its row of JᵀJ has entries outside`);
}
