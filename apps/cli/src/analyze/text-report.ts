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
  return [
    colors.bold(`${m.title} (${m.dimension} × ${m.dimension}, ${m.products} products)`),
    table(['#', 'eigenvalue', 'residual'], rows) + (m.converged ? '' : '\nnot all converged'),
    ...(m.trace ? [`trace    ${intervalText(m.trace)}`] : []),
    ...(m.density ? [densityText(m.density)] : []),
  ].join('\n');
}

function densityText({ grid, values }: NonNullable<MatrixCurvature['density']>): string {
  const log = values.map((v) => Math.log10(Math.max(v, 1e-6)));
  return `density  ${formatNumber(grid[0]!)} … ${formatNumber(grid[grid.length - 1]!)} (log scale)\n         ${sparkline(log)}`;
}

/** What is known of data and model. */
function heading({ data, model, training, accuracy, settings }: AnalysisResult): string[] {
  const title = `${model.title}; ${model.parameters} parameters`;
  if (training === null) {
    return [
      colors.bold(`${data.name}: ${data.train} examples; ${title}`),
      `${model.file}, as it was saved, in inference mode; loss ${settings.loss}${accuracy === null ? '' : `; accuracy ${percent(accuracy)}`}`,
    ];
  }
  return [
    colors.bold(`${data.name}: ${data.train} train, ${data.test} test; ${title}`),
    `test accuracy ${percent(training.testAccuracy)}, train accuracy ${percent(training.trainAccuracy)}, ${training.curve.length} epochs`,
  ];
}

function layersText(layers: AnalysisResult['layers']): string {
  const rows = layers.map((l) => [l.name, l.parameters, l.trace.estimate, l.trace.standardError, l.largestEigenvalue, l.residual]);
  return `${colors.bold('Layers (diagonal blocks of the Hessian)')}\n${table(['layer', 'parameters', 'trace', '± s.e.', 'λ₁', 'residual'], rows)}`;
}

function costText({ gradient, hessianProduct, repeatedProduct }: Cost): string {
  const ratio = hessianProduct / gradient;
  return `one gradient ${gradient.toFixed(1)} ms; one Hessian-vector product ${hessianProduct.toFixed(1)} ms (${ratio.toFixed(2)} gradients), repeated ${repeatedProduct.toFixed(1)} ms`;
}

/** Everything that was found, as text. */
export function textReport(r: AnalysisResult): string {
  const where = `curvature on ${r.settings.samples} ${r.training === null ? 'examples' : 'training examples'}, engine ${r.settings.engine}, ${r.settings.dtype}: risk ${formatNumber(r.risk)}, gradient norm ${formatNumber(r.gradientNorm)}`;
  return [
    [...heading(r), where].join('\n'),
    ...r.matrices.map(matrixText),
    ...(r.layers.length > 0 ? [layersText(r.layers)] : []),
    ...(r.cost ? [costText(r.cost)] : []),
  ].join('\n\n');
}
