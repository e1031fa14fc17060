/**
 * Writes src/data/nist.ts from the 27 files of NIST's Statistical Reference Datasets for nonlinear regression (NIST/ITL StRD, public domain), whose plain-text form many
 * libraries carry for their tests (lmfit: NIST_STRD). Run in this folder with the folder of *.dat files: node make-nist.mjs FOLDER
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

const folder = process.argv[2];
if (folder === undefined) throw new TypeError('make-nist: expected the folder of the *.dat files');

/** A decimal as its shortest text that reads as the same float64. */
const number = (text) => {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw new RangeError(`not a number: ${text}`);
  return value;
};

function problemOf(text, file) {
  const field = (pattern) => pattern.exec(text)?.[1] ?? (() => { throw new RangeError(`${file}: ${pattern} not found`); })();
  const level = field(/(Lower|Average|Higher) Level of Difficulty/i).toLowerCase();
  const parameters = [...text.matchAll(/^ *b\d+ *= +(\S+) +(\S+) +(\S+) +(\S+)/gm)].map((row) => row.slice(1).map(number));
  const observations = number(field(/Number of Observations: +(\d+)/));
  const rows = text.slice(text.lastIndexOf('\nData:')).trim().split('\n').slice(1).map((row) => row.trim().split(/\s+/).map(number));
  const count = number(field(/(\d+) Parameters/));
  if (rows.length !== observations || parameters.length !== count) throw new RangeError(`${file}: expected ${observations} rows and ${count} parameters, got ${rows.length} and ${parameters.length}`);
  return {
    name: field(/Dataset Name: +(\S+)/),
    level,
    starts: [0, 1].map((k) => parameters.map((row) => row[k])),
    certified: parameters.map((row) => row[2]),
    deviations: parameters.map((row) => row[3]),
    sumOfSquares: number(field(/Residual Sum of Squares: +(\S+)/)),
    rows,
  };
}

const files = readdirSync(folder).filter((file) => file.endsWith('.dat')).sort();
const problems = files.map((file) => problemOf(readFileSync(join(folder, file), 'latin1').replace(/\r/g, ''), file));
const text = deflateSync(JSON.stringify(problems), { level: 9 }).toString('base64');
writeFileSync('src/data/nist.ts', `/** Made by make-nist.mjs, which names the source: ${problems.length} problems as JSON; zlib, base64. */\nexport const packed =\n  '${text}';\n`);
console.log(problems.map(({ name, level, rows, certified }) => `${name} (${level}): ${rows.length} × ${certified.length}`).join('\n'));
