/**
 * House rules that a machine can see: short files, index files that only re-export, no unseeded randomness, complete packages, no machine paths or
 * registry hosts in tracked files. Run in the root (or with a root as argument); exits 1 with one line for each violation.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const MAX_CODE_LINES = 250;
const root = process.argv[2] ?? process.cwd();
const problems = [];

function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Without comments and blank lines. */
const codeLines = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').split('\n').filter((line) => line.trim() && !/^\s*\/\//.test(line));

function checkSource(file) {
  const text = readFileSync(file, 'utf8');
  const code = codeLines(text);
  const name = relative(root, file);
  if (code.length > MAX_CODE_LINES) problems.push(`${name}: ${code.length} code lines, at most ${MAX_CODE_LINES}: is it still one thing?`);
  if (code.some((line) => /\bMath\.random\s*\(/.test(line))) problems.push(`${name}: Math.random: randomness is seeded and passed in`);
  if (/\bsrc[/\\]index\.ts$/.test(file) && /^(?!\s*(?:export\b.*\bfrom\b|export\s*(?:type\s*)?\{|[\w\s,{}]*\}?\s*from\b|[\w\s,]+,?\s*$|\}))/m.test(code.join('\n'))) {
    problems.push(`${name}: an index only re-exports`);
  }
}

for (const kind of ['packages', 'apps']) {
  if (!existsSync(join(root, kind))) continue;
  for (const short of readdirSync(join(root, kind))) {
    const folder = join(root, kind, short);
    if (!existsSync(join(folder, 'package.json'))) continue;
    sources(join(folder, 'src')).forEach(checkSource);
    if (kind === 'packages') {
      for (const file of ['README.md', 'src/index.ts']) if (!existsSync(join(folder, file))) problems.push(`packages/${short}: ${file} is missing`);
    }
  }
}

/** Tracked text files; outside a git checkout there are none to check. */
function tracked() {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\0').filter(Boolean);
  } catch {
    return [];
  }
}
const host = new RegExp(`https?://${'registry'}\\.|${'registry'}\\.npmjs|/home/\\w+/|/root/`);
for (const name of tracked()) {
  if (!/\.(?:[cm]?[jt]sx?|json|ya?ml|md|html|sh|py)$|^\.ci\/|^\.npmrc$/.test(name) || name.startsWith('tooling/checks/') || !existsSync(join(root, name))) continue;
  const line = readFileSync(join(root, name), 'utf8').split('\n').findIndex((text) => host.test(text));
  if (line >= 0) problems.push(`${name}:${line + 1}: names a registry host or a path of a machine`);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`house rules: ${problems.length} violations`);
  process.exit(1);
}
console.log('house rules: ok');
