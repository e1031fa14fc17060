/**
 * The figures of the hvp bench's page from its results: `curv bench hvp --out result.json`, then `node tooling/docs/bench-hvp.mjs result.json`. Writes the chart
 * to docs/bench-hvp.svg and the tables into docs/bench-hvp.md, between the page's two marks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('bench-hvp: expected the file that curv bench hvp --out wrote');
const { tables, claims } = JSON.parse(readFileSync(file, 'utf8'));

const models = tables.map(({ title, rows, columns }) => ({ title, name: title.split(/[,;]/)[0].replace(/(?: of)? \d.*/, '').replace(' language model', ''), rows, columns }));

/** The milliseconds of a cell such as "1.23 (1.30)". */
const milliseconds = (cell) => Number.parseFloat(cell);

const bars = models.flatMap(({ name, rows }) =>
  rows.flatMap(([contender, dtype, , hvp]) => (Number.isNaN(milliseconds(hvp)) || contender.startsWith('tfjs nested') ? [] : [{ model: name, contender: `${contender.replace('curv ', '').replace(' wasm jit', '').replace(', 1 thread', '')}`, dtype, ms: milliseconds(hvp) }])),
);

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const figure = Plot.plot({
  document,
  width: 860,
  height: 90 + 110 * models.length,
  marginLeft: 90,
  marginRight: 150,
  style: { background: 'white', color: 'black', fontSize: '12px' },
  x: { type: 'log', label: 'one Hessian-vector product, milliseconds', grid: true, inset: 8, ticks: 6, tickFormat: (d) => String(d) },
  y: { label: null, domain: ['onnx-node', 'PyTorch', 'tfjs-wasm', 'cpu', 'jax-js'] },
  fy: { label: null, domain: models.map(({ name }) => name) },
  color: { domain: ['float32', 'float64'], range: ['#2f6f9f', '#c8553d'], legend: false },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.dot(bars, { x: 'ms', y: 'contender', fy: 'model', fill: 'dtype', r: 5 }),
    ...['float32', 'float64'].map((dtype, i) =>
      Plot.text([{ dtype, model: models[0].name }], { text: () => `● ${dtype}`, fy: 'model', fill: 'dtype', frameAnchor: 'right', textAnchor: 'end', dx: -12, dy: 20 * i - 10 }),
    ),
  ],
});
figure.setAttribute('role', 'img');
figure.setAttribute('aria-label', 'Time of one Hessian-vector product by model, contender and dtype');
figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
writeFileSync(new URL('../../docs/bench-hvp.svg', import.meta.url), `${figure.outerHTML}\n`);

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (heads, aligned, rows) => [row(heads), row(aligned), ...rows.map(row)].join('\n');

/** Minimum of a cell such as "1.23 (1.30)", as text. */
const least = (cell) => cell.replace(/ \(.*\)/, '');

const short = (x) => (x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(2) : String(Number(x.toPrecision(3))));

/** onnx beside PyTorch; ratios above 1 in bold. */
const beside = models.flatMap(({ name, rows }) =>
  ['float32', 'float64'].flatMap((dtype) => {
    const [ours, theirs] = ['curv onnx', 'PyTorch'].map((start) => rows.find((r) => r[0].startsWith(start) && r[1] === dtype));
    if (!ours || !theirs) return [];
    const parts = [2, 3, 4, 5].map((column) => {
      const ratio = milliseconds(ours[column]) / milliseconds(theirs[column]);
      const text = Number.isNaN(ratio) ? '–' : ratio.toFixed(2);
      return ratio > 1 ? `**${text}**` : text;
    });
    return [[name, dtype, least(ours[2]), least(theirs[2]), parts[0], least(ours[3]), least(theirs[3]), parts[1], parts[2], parts[3], ours[6]]];
  }),
);

const sections = [
  '## ONNX Runtime beside PyTorch',
  table(
    ['', 'dtype', 'gradient: onnx', 'PyTorch', 'ratio', 'HVP: onnx', 'PyTorch', 'ratio', 'GGN product: ratio', 'per example: ratio', 'onnx: HVP ÷ gradient'],
    ['---', '---', ...new Array(9).fill('---:')],
    beside,
  ),
  '## All contenders',
  ...models.map(({ title, columns, rows }) =>
    table(
      [title, ...columns.slice(1, -1)],
      ['---', '---', ...columns.slice(2, -1).map(() => '---:')],
      rows.map((cells) => [...cells.slice(0, 2), ...cells.slice(2, -1).map(least)]).filter((cells) => cells.slice(2).some((cell) => cell !== '–')),
    ),
  ),
  '## Claims',
  table(
    ['claim', 'ours', 'threshold', ''],
    ['---', '---:', '---:', '---'],
    claims.map(({ text, figure: ours, unit, threshold, verdict }) => [text, ours === null ? '–' : `${short(ours)}${unit ? ` ${unit}` : ''}`, threshold, verdict]),
  ),
];

const page = new URL('../../docs/bench-hvp.md', import.meta.url);
const [START, END] = ['<!-- figures: written by tooling/docs/bench-hvp.mjs -->', '<!-- end of figures -->'];
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(START), text.indexOf(END)];
if (from < 0 || to < from) throw new Error(`bench-hvp: docs/bench-hvp.md lacks its marks ${START} and ${END}`);
writeFileSync(page, `${text.slice(0, from + START.length)}\n${sections.join('\n\n')}\n${text.slice(to)}`);
