/**
 * House rules that a machine can see: short files, index files that only re-export, no unseeded randomness, complete packages, no registry host and no
 * path of a machine in tracked files. Run in the root (or with a root as argument): prints one line for each violation and exits 1 if there are any.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { packages, parse, report, root, sources } from './source.mjs';

const MAX_CODE_LINES = 250;
const problems = [];

/** Lines that hold a token: comments and blank lines do not count. */
function codeLines(source) {
  const lines = new Set();
  const visit = (node) => {
    if (node.getChildCount(source) > 0) return node.getChildren(source).forEach(visit);
    if (node.kind === ts.SyntaxKind.EndOfFileToken || ts.isJSDoc(node)) return;
    const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = first; line <= last; line++) lines.add(line);
  };
  visit(source);
  return lines.size;
}

const usesMathRandom = (source) => {
  let found = false;
  const visit = (node) => {
    const access = (ts.isPropertyAccessExpression(node) && node.name.text === 'random') || (ts.isElementAccessExpression(node) && node.argumentExpression.getText(source).slice(1, -1) === 'random');
    if (access && node.expression.getText(source) === 'Math') found = true;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

function checkSource(file) {
  const source = parse(file);
  const name = relative(root, file);
  const lines = codeLines(source);
  if (lines > MAX_CODE_LINES && !/generated|golden/.test(name)) problems.push(`${name}: ${lines} code lines, at most ${MAX_CODE_LINES}: is it still one thing?`);
  if (usesMathRandom(source)) problems.push(`${name}: Math.random: randomness is seeded and passed in`);
  if (/[/\\]index\.ts$/.test(file) && !source.statements.every((s) => ts.isExportDeclaration(s) && s.moduleSpecifier)) problems.push(`${name}: an index only re-exports`);
}

function checkPackage({ short, folder, manifest }) {
  const say = (what) => problems.push(`packages/${short}: ${what}`);
  for (const file of ['README.md', 'LICENSE', 'src/index.ts', 'rollup.config.js', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts']) {
    if (!existsSync(join(folder, file))) say(`${file} is missing`);
  }
  if (manifest.name !== `@curv/${short}`) say(`must be named @curv/${short}, is ${manifest.name}`);
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(manifest.version ?? '')) say(`a release needs a version like 0.1.0, got ${manifest.version}`);
  if (manifest.license !== 'MIT') say(`license must be MIT, is ${manifest.license}`);
  if (manifest.type !== 'module') say('"type" must be "module"');
  const published = { ...manifest.publishConfig?.exports };
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const { '@curv/source': sourceFile, ...rest } = target;
    if (sourceFile === undefined || !existsSync(join(folder, sourceFile))) say(`exports["${entry}"]["@curv/source"] names no file: ${sourceFile}`);
    if (JSON.stringify(published[entry]) !== JSON.stringify(rest)) say(`publishConfig.exports["${entry}"] must be exports["${entry}"] without "@curv/source"`);
    if (!(manifest['size-limit'] ?? []).some(({ path }) => `./${path}` === target.default)) say(`"size-limit" has no budget for ${target.default}`);
  }
  for (const script of ['build', 'typecheck', 'test', 'check:pack', 'size']) if (!manifest.scripts?.[script]) say(`script "${script}" is missing`);
}

/** Tracked text files; outside a git checkout there are none to check. */
function tracked() {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

const REGISTRY = /\bhttps?:\/\/[\w.:-]*(?:registry|artifactory|nexus|verdaccio)[\w.:/-]*/i;
const HOME = /(?<![\w.:/])\/(?:home|Users)\/\w+\/|(?<![\w.:/])\/root\/|\b[A-Z]:\\Users\\/;

function checkTracked() {
  const here = [resolve(root), homedir()].filter((path) => path.split('/').length > 2);
  for (const name of tracked()) {
    if (!/\.(?:[cm]?[jt]sx?|json|ya?ml|md|html|sh|py|toml)$|^\.ci\/|^\.npmrc$/.test(name) || !existsSync(join(root, name))) continue;
    readFileSync(join(root, name), 'utf8').split('\n').forEach((text, at) => {
      if (REGISTRY.test(text)) problems.push(`${name}:${at + 1}: names a registry host`);
      if (HOME.test(text) || here.some((path) => text.includes(path))) problems.push(`${name}:${at + 1}: names a path of a machine`);
    });
  }
}

for (const member of packages()) {
  for (const file of sources(join(member.folder, 'src'))) checkSource(file);
  if (member.kind === 'packages') checkPackage(member);
}
checkTracked();
report('house rules', problems);
