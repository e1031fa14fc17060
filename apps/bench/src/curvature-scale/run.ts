/** Running the `curvature-scale` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { inChild } from '../support/child.js';
import { logSlope } from '../support/log-slope.js';
import { eigenpairs, type EigenpairsResult, products, window } from './programs.js';

const GIB = 2 ** 30;
const TOTAL = 4;

export async function* run({ quick, signal }: Ctx): AsyncIterable<BenchFrame> {
  const sizes = quick ? [2e4, 4e4, 8e4] : [1e5, 2e5, 4e5, 8e5];
  const batches = quick ? [1, 2, 4] : [2, 4, 8, 16];
  yield progress(0, TOTAL, 'products');
  const bySize = await inChild<number[]>(products(sizes.map((d) => [d, 1] as const), quick ? 5 : 15), signal);
  yield progress(1, TOTAL, 'batches');
  const byBatch = await inChild<number[]>(products(batches.map((b) => [sizes[0]!, b] as const), quick ? 5 : 15), signal);
  yield { kind: 'table', title: 'A Hessian-vector product, dense tanh net, batches of 32, cpu float32', columns: ['parameters', 'batches', 'ms'], rows: [...sizes.map((d, i) => [d, 1, bySize[i]!.toFixed(1)]), ...batches.map((b, i) => [sizes[0]!, b, byBatch[i]!.toFixed(1)])] };
  yield measured('dimension-slope', logSlope(sizes, bySize));
  yield measured('batches-slope', logSlope(batches, byBatch));

  yield progress(2, TOTAL, 'an M-FAC window');
  const [m, d] = [64, quick ? 2e5 : 1e6];
  const { bytes } = await inChild<{ bytes: number }>(window(m, d), signal);
  yield measured('window-memory', bytes / (m * d * 4), `${(bytes / 2 ** 20).toFixed(0)} MiB, Node's own included`);

  yield progress(3, TOTAL, 'ten eigenpairs');
  const found = await inChild<EigenpairsResult>(eigenpairs(quick ? 1e6 : 1e7), signal);
  const detail = `${found.parameters} parameters, ${found.products} products, ${found.seconds.toFixed(0)} s`;
  yield { kind: 'table', title: `Ten largest eigenvalues (${detail})`, columns: ['#', 'eigenvalue', 'residual'], rows: found.values.map((value, i) => [i + 1, value.toPrecision(5), found.residuals[i]!.toExponential(1)]) };
  yield measured('eigenpairs-memory', found.bytes / GIB, detail);
  yield measured('eigenpairs-residual', Math.max(...found.residuals) / found.values[0]!, found.converged ? 'all within the tolerance' : 'not all within the tolerance');
}
