/** The report as one self-contained page. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { formatNumber } from '../terminal/table.js';
import type { AnalysisResult, MatrixCurvature } from './result.js';
import { intervalText } from './text-report.js';

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** A plot as SVG text that takes its colours from the page. */
function svg(options: Plot.PlotOptions, label: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = Plot.plot({ document: document as unknown as Document, width: 640, height: 300, marginLeft: 60, style: { background: 'none', color: 'currentColor', fontSize: '12px' }, ...options });
  const element = (figure as unknown as Element).tagName.toLowerCase() === 'svg' ? (figure as unknown as Element) : (figure as unknown as Element).querySelector('svg')!;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return (element as unknown as { outerHTML: string }).outerHTML;
}

/** Spectral density on a log axis, with the eigenvalues found as ticks below. */
function densityPlot(title: string, density: NonNullable<MatrixCurvature['density']>, eigenvalues: readonly number[]): string {
  const top = Math.max(...density.values);
  const floor = top * 1e-5;
  const points = density.grid.map((x, i) => {
    const [y, s] = [density.values[i]!, density.standardError[i]!];
    return { x, y: Math.max(y, floor), low: Math.max(y - s, floor), high: Math.max(y + s, floor) };
  });
  return svg(
    {
      x: { label: 'eigenvalue', grid: true },
      y: { type: 'log', label: 'density', grid: true, domain: [floor, top * 1.5], ticks: 5 },
      marks: [
        Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: 'var(--accent)', fillOpacity: 0.25 }),
        Plot.lineY(points, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 1.8 }),
        Plot.tickX(eigenvalues, { stroke: 'var(--second)', strokeWidth: 1.5, insetTop: 265 - 25 }),
      ],
    },
    `${title}: spectral density on a logarithmic axis, with the ${eigenvalues.length} largest eigenvalues marked`,
  );
}

function layerPlot(title: string, rows: readonly { name: string; value: number; low?: number; high?: number }[]): string {
  return svg(
    {
      height: 60 + 34 * rows.length,
      marginLeft: 90,
      x: { label: title, grid: true, zero: true },
      y: { label: null, domain: rows.map((r) => r.name) },
      marks: [
        Plot.barX(rows, { x: 'value', y: 'name', fill: 'var(--accent)', inset: 4 }),
        Plot.ruleY(rows.filter((r) => r.low !== undefined), { x1: 'low', x2: 'high', y: 'name', stroke: 'currentColor', strokeWidth: 1.5 }),
        Plot.ruleX([0]),
      ],
    },
    `${title} of each layer`,
  );
}

function trainingPlot({ curve }: NonNullable<AnalysisResult['training']>): string {
  return svg(
    {
      height: 240,
      x: { label: 'epoch', ticks: Math.min(curve.length, 10), tickFormat: 'd' },
      y: { label: 'test accuracy (%)', grid: true },
      marks: [
        Plot.lineY(curve, { x: 'epoch', y: (d: { testAccuracy: number }) => 100 * d.testAccuracy, stroke: 'var(--accent)', strokeWidth: 1.8 }),
        Plot.dot(curve, { x: 'epoch', y: (d: { testAccuracy: number }) => 100 * d.testAccuracy, fill: 'var(--accent)', r: 3 }),
      ],
    },
    'Test accuracy after each epoch',
  );
}

const htmlTable = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `<div class="scroll"><table><thead><tr>${head.map((h) => `<th scope="col">${escape(h)}</th>`).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((c) => (typeof c === 'number' ? `<td class="n">${formatNumber(c)}</td>` : `<td>${escape(c)}</td>`)).join('')}</tr>`)
    .join('')}</tbody></table></div>`;

function matrixHtml(m: MatrixCurvature): string {
  const { title } = m;
  const rows = m.eigenvalues.map((value, i) => [i + 1, value, m.residuals[i]!]);
  const figure = m.density
    ? `<figure>${densityPlot(title, m.density, m.eigenvalues)}<figcaption>Spectral density by stochastic Lanczos quadrature, Gaussian width ${formatNumber(m.density.bandwidth)}; band: one standard error. Ticks below: the largest eigenvalues.</figcaption></figure>`
    : '';
  return `<section><h2>${title}</h2>
<p>${m.trace ? `Trace ${escape(intervalText(m.trace))}. ` : ''}${m.products} products${m.converged ? '' : '; <strong>not all eigenpairs converged</strong>'}.</p>
${figure}
${htmlTable(['#', 'eigenvalue', 'residual ‖Av − λv‖'], rows)}</section>`;
}

const STYLE = `:root{color-scheme:light dark;--bg:#fcfcfb;--fg:#1d2129;--dim:#5c6470;--line:#dcdfe4;--accent:#2563c9;--second:#b4410e}
@media (prefers-color-scheme:dark){:root{--bg:#14171c;--fg:#e4e7ec;--dim:#9aa3b0;--line:#333a45;--accent:#7fb0ff;--second:#ff9d66}}
body{background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:2.5rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .5rem;border-top:1px solid var(--line);padding-top:1.2rem}
p.lead{color:var(--dim);margin:0}figure{margin:1rem 0}svg{max-width:100%;height:auto}figcaption{color:var(--dim);font-size:.85rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem;margin:1.4rem 0;padding:0;list-style:none}
.facts li{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}.facts b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}.facts span{color:var(--dim);font-size:.85rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem}th,td{padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);text-align:left}td.n{text-align:right}`;

const fact = (value: string, what: string): string => `<li><b>${escape(value)}</b><span>${escape(what)}</span></li>`;
const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

function factsHtml(r: AnalysisResult): string {
  const [first] = r.matrices;
  const facts = [
    ...(r.training ? [fact(percent(r.training.testAccuracy), 'test accuracy')] : []),
    ...(r.accuracy !== null ? [fact(percent(r.accuracy), 'accuracy')] : []),
    fact(String(r.model.parameters), 'parameters'),
    ...(first ? [fact(formatNumber(first.eigenvalues[0]!), `largest eigenvalue: ${first.title}`)] : []),
    ...(first?.trace ? [fact(formatNumber(first.trace.estimate), `trace: ${first.title}`)] : []),
    ...(r.cost ? [fact(`${(r.cost.hessianProduct / r.cost.gradient).toFixed(2)}×`, 'product ÷ gradient, time')] : []),
  ];
  return `<ul class="facts">${facts.join('')}</ul>`;
}

function layersHtml({ layers }: AnalysisResult): string {
  if (layers.length === 0) return '';
  const traces = layers.map((l) => ({ name: l.name, value: l.trace.estimate, low: l.trace.interval[0], high: l.trace.interval[1] }));
  return `<section><h2>Layers</h2><p>Diagonal blocks of the Hessian.</p>
<figure>${layerPlot('trace', traces)}</figure><figure>${layerPlot('largest eigenvalue', layers.map((l) => ({ name: l.name, value: l.largestEigenvalue })))}</figure>
${htmlTable(['layer', 'parameters', 'trace', 'standard error', 'largest eigenvalue', 'residual'], layers.map((l) => [l.name, l.parameters, l.trace.estimate, l.trace.standardError, l.largestEigenvalue, l.residual]))}</section>`;
}

function costHtml({ check, cost, risk, gradientNorm }: AnalysisResult): string {
  const checked = check && `${check.passed ? 'The Hessian operator passed its self-check' : `<strong>The Hessian operator failed its self-check:</strong> ${escape(check.problems.join('; '))}`} (asymmetry ${formatNumber(check.asymmetry)}, nonlinearity ${formatNumber(check.nonlinearity)}${check.difference === null ? '' : `, against a difference quotient ${formatNumber(check.difference)}`}). `;
  const took = cost && `One gradient over the examples took ${cost.gradient.toFixed(1)} ms, one Hessian-vector product ${cost.hessianProduct.toFixed(1)} ms, a repeated one with kept linearizations ${cost.repeatedProduct.toFixed(1)} ms. `;
  return `<section><h2>Checks and cost</h2><p>${checked ?? ''}${took ?? ''}Loss ${formatNumber(risk)}, gradient norm ${formatNumber(gradientNorm)}.</p></section>`;
}

function leadHtml({ data, settings, model, training, tool }: AnalysisResult): string {
  const examples = training ? `${data.train} training and ${data.test} test examples. Curvature of the mean loss on ${settings.samples} training examples` : `Curvature of the mean ${settings.loss} on ${settings.samples} of ${data.train} examples, of the model as it was saved in ${model.file ?? ''}, in inference mode`;
  return `<p class="lead">${escape(data.name)}: ${escape(examples)}; engine ${escape(settings.engine)}, ${escape(settings.dtype)}; seed ${settings.seed}. ${escape(tool)}.</p>`;
}

/** The page; needs no network. */
export function htmlReport(r: AnalysisResult): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Curvature of ${escape(r.data.name)}</title><style>${STYLE}</style></head>
<body><main><h1>Curvature of a ${escape(r.model.title)}</h1>
${leadHtml(r)}
${factsHtml(r)}
${r.training ? `<section><h2>Training</h2><figure>${trainingPlot(r.training)}</figure></section>` : ''}
${r.matrices.map(matrixHtml).join('\n')}
${layersHtml(r)}
${costHtml(r)}
</main></body></html>
`;
}
