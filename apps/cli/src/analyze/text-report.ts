/** The report for the terminal. */
import colors from 'picocolors';
import { sparkline } from '../terminal/plot.js';
import { formatNumber, table } from '../terminal/table.js';
import type { AnalysisResult, Cost, MatrixCurvature, Uncertain } from './result.js';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;
export const intervalText = ({ estimate, interval, confidence }: Uncertain): string =>
  `${formatNumber(estimate)}  [${formatNumber(interval[0])}, ${formatNumber(interval[1])}] at ${percent(confidence).replace('.00', '')}`;

function matrixText(m: MatrixCurvature): string {
  const rows = m.eigenvalues.map((value, i) => [i + 1, value, m.residuals[i]!]);
  const eigen = table(['#', 'eigenvalue', 'residual'], rows);
  const { grid, values } = m.density;
  const log = values.map((v) => Math.log10(Math.max(v, 1e-6)));
  return [
    colors.bold(`${m.title} (${m.dimension} × ${m.dimension}, ${m.products} products)`),
    eigen + (m.converged ? '' : '\nnot all converged'),
    `trace    ${intervalText(m.trace)}`,
    `density  ${formatNumber(grid[0]!)} … ${formatNumber(grid[grid.length - 1]!)} (log scale)\n         ${sparkline(log)}`,
  ].join('\n');
}

/** Everything that was found, as text. */
export function textReport(r: AnalysisResult): string {
  const layerRows = r.layers.map((l) => [l.name, l.parameters, l.trace.estimate, l.trace.standardError, l.largestEigenvalue, l.residual]);
  return [
    colors.bold(`${r.data.name}: ${r.data.train} train, ${r.data.test} test; ${r.model.title}; ${r.model.parameters} parameters`),
    `test accuracy ${percent(r.training.testAccuracy)}, train accuracy ${percent(r.training.trainAccuracy)}, ${r.training.curve.length} epochs`,
    `curvature on ${r.settings.samples} training examples, engine ${r.settings.engine}, ${r.settings.dtype}: risk ${formatNumber(r.risk)}, gradient norm ${formatNumber(r.gradientNorm)}`,
    ...r.matrices.flatMap((m) => ['', matrixText(m)]),
    ...(layerRows.length === 0 ? [] : ['', colors.bold('Layers (diagonal blocks of the Hessian)'), table(['layer', 'parameters', 'trace', '± s.e.', 'λ₁', 'residual'], layerRows)]),
    ...(r.cost === null ? [] : ['', costText(r.cost)]),
  ].join('\n');
}

const costText = ({ gradient, hessianProduct, repeatedProduct }: Cost): string =>
  `one gradient ${gradient.toFixed(1)} ms; one Hessian-vector product ${hessianProduct.toFixed(1)} ms (${(hessianProduct / gradient).toFixed(2)} gradients), repeated ${repeatedProduct.toFixed(1)} ms`;
