/** The report for the terminal. */
import colors from 'picocolors';
import { sparkline } from '../terminal/plot.js';
import { formatNumber, table } from '../terminal/table.js';
import type { AnalysisResult, MatrixCurvature, Uncertain } from './result.js';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;
export const intervalText = ({ estimate, interval, confidence }: Uncertain): string =>
  `${formatNumber(estimate)}  [${formatNumber(interval[0])}, ${formatNumber(interval[1])}] at ${percent(confidence).replace('.00', '')}`;

function matrixText(title: string, m: MatrixCurvature): string {
  const rows = m.eigenvalues.map((value, i) => [i + 1, value, m.residuals[i]!]);
  const eigen = table(['#', 'eigenvalue', 'residual'], rows);
  const { grid, values } = m.density;
  const log = values.map((v) => Math.log10(Math.max(v, 1e-6)));
  return [
    colors.bold(`${title} (${m.dimension} × ${m.dimension}, ${m.products} products)`),
    eigen + (m.converged ? '' : '\nnot all converged'),
    `trace    ${intervalText(m.trace)}`,
    `density  ${formatNumber(grid[0]!)} … ${formatNumber(grid[grid.length - 1]!)} (log scale)\n         ${sparkline(log)}`,
  ].join('\n');
}

/** Everything that was found, as text. */
export function textReport(r: AnalysisResult): string {
  const layerRows = r.layers.map((l) => [l.name, l.parameters, l.trace.estimate, l.trace.standardError, l.largestEigenvalue, l.residual]);
  const ratio = r.cost.hessianProduct / r.cost.gradient;
  return [
    colors.bold(`${r.data.name}: ${r.data.train} train, ${r.data.test} test; ${r.model.title}; ${r.model.parameters} parameters`),
    `test accuracy ${percent(r.training.testAccuracy)}, train accuracy ${percent(r.training.trainAccuracy)}, ${r.training.curve.length} epochs`,
    `curvature on ${r.settings.samples} training examples, engine ${r.settings.engine}, ${r.settings.dtype}: risk ${formatNumber(r.risk)}, gradient norm ${formatNumber(r.gradientNorm)}`,
    '',
    matrixText('Hessian', r.hessian),
    '',
    matrixText('Gauss-Newton', r.gaussNewton),
    '',
    colors.bold('Layers (diagonal blocks of the Hessian)'),
    table(['layer', 'parameters', 'trace', '± s.e.', 'λ₁', 'residual'], layerRows),
    '',
    `one gradient ${r.cost.gradient.toFixed(1)} ms; one Hessian-vector product ${r.cost.hessianProduct.toFixed(1)} ms (${ratio.toFixed(2)} gradients), repeated ${r.cost.repeatedProduct.toFixed(1)} ms`,
  ].join('\n');
}
