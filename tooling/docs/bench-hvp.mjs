/**
 * The page of the hvp bench from its results: `curv bench hvp --out result.json`, then `node tooling/docs/bench-hvp.mjs result.json`. Writes the chart to
 * docs/bench-hvp.svg and prints the tables as Markdown.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('bench-hvp: expected the file that curv bench hvp --out wrote');
const { tables, claims } = JSON.parse(readFileSync(file, 'utf8'));

const models = tables.map(({ title, rows, columns }) => ({ title, name: title.split(/[,;]/)[0].replace(/ \d.*/, ''), rows, columns }));

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
  x: { type: 'log', label: 'one Hessian-vector product, milliseconds', grid: true },
  y: { label: null, domain: ['onnx-node', 'PyTorch', 'tfjs-wasm', 'cpu', 'jax-js'] },
  fy: { label: null, domain: models.map(({ name }) => name) },
  color: { domain: ['float32', 'float64'], range: ['#2f6f9f', '#c8553d'], legend: false },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.dot(bars, { x: 'ms', y: 'contender', fy: 'model', fill: 'dtype', r: 5 }),
    Plot.text(['float32'], { text: (d) => `● ${d}`, fill: '#2f6f9f', frameAnchor: 'top-left', dy: -34 }),
    Plot.text(['float64'], { text: (d) => `● ${d}`, fill: '#c8553d', frameAnchor: 'top-left', dx: 80, dy: -34 }),
  ],
});
figure.setAttribute('role', 'img');
figure.setAttribute('aria-label', 'Time of one Hessian-vector product by model, contender and dtype');
figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
writeFileSync(fileURLToPath(new URL('../../docs/bench-hvp.svg', import.meta.url)), `${figure.outerHTML}\n`);

const row = (cells) => `| ${cells.join(' | ')} |`;
for (const { title, columns, rows } of models) {
  const heads = columns.slice(0, -1);
  console.log(`${row([title, ...heads.slice(1)])}\n${row(['---', '---', ...heads.slice(2).map(() => '---:')])}`);
  for (const cells of rows) {
    const timed = cells.slice(2, -1).map((cell) => cell.replace(/ \(.*\)/, ''));
    if (timed.every((cell) => cell === '–')) continue;
    console.log(row([cells[0], cells[1], ...timed]));
  }
  console.log();
}
console.log('| claim | ours | threshold | |\n| --- | ---: | ---: | --- |');
for (const { text, figure: ours, unit, threshold, verdict } of claims) console.log(row([text, ours === null ? '–' : `${Number(ours.toPrecision(3))}${unit ? ` ${unit}` : ''}`, threshold, verdict]));
