/**
 * Writes the tables of docs/tfjs-repair.md from what the bench found:
 *     npm run curv -- bench tfjs-repair --check --out results.json && node tooling/tfjs-repair-docs.mjs results.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('which results? node tooling/tfjs-repair-docs.mjs results.json');
const { claims, tables, notes, quick } = JSON.parse(readFileSync(file, 'utf8'));
if (quick) throw new TypeError(`${file} is from a quick run; the page shows all cases`);

const cell = (x) => String(x).replaceAll('|', '\\|');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
const markdown = (columns, rows) => [row(columns), row(columns.map(() => '---')), ...rows.map(row)].join('\n');
const number = (x) => (x === null || x === undefined ? '–' : Number.isInteger(x) ? String(x) : x < 1e-3 ? x.toExponential(1) : x.toFixed(3));

const parts = [
  markdown(['claim', 'repaired', 'as it is', 'threshold', ''], claims.map((c) => [c.text, number(c.figure), number(c.baseline), c.threshold, [c.verdict, c.detail].filter(Boolean).join('; ')])),
  ...tables.map(({ title, columns, rows }) => `### ${title}\n\n${markdown(columns, rows)}`),
  ...notes,
];
const page = 'docs/tfjs-repair.md';
const [begin, end] = ['<!-- begin generated -->', '<!-- end generated -->'];
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${page} has no ${begin} … ${end}`);
writeFileSync(page, `${text.slice(0, from + begin.length)}\n${parts.join('\n\n')}\n${text.slice(to)}`);
