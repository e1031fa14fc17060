/**
 * House rules that a machine can see: short files, index files that only re-export, no unseeded randomness, complete packages, no registry host and no
 * path of a machine in tracked files. Part of `pnpm lint`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { packages, parse, sources } from './source.mjs';

const MAX_CODE_LINES = 250;

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

function checkSource(root, file) {
  const source = parse(file);
  const name = relative(root, file);
  const lines = codeLines(source);
  const problems = [];
  if (lines > MAX_CODE_LINES && !/generated|golden/.test(name)) problems.push(`${name}: ${lines} code lines, at most ${MAX_CODE_LINES}: is it still one thing?`);
  if (usesMathRandom(source)) problems.push(`${name}: Math.random: randomness is seeded and passed in`);
  if (/[/\\]index\.ts$/.test(file) && !source.statements.every((s) => ts.isExportDeclaration(s) && s.moduleSpecifier)) problems.push(`${name}: an index only re-exports`);
  return problems;
}

function checkEntries({ folder, manifest }) {
  const problems = [];
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const { '@curv/source': source, ...rest } = target;
    if (source === undefined || !existsSync(join(folder, source))) problems.push(`exports["${entry}"]["@curv/source"] names no file: ${source}`);
    if (JSON.stringify(manifest.publishConfig?.exports?.[entry]) !== JSON.stringify(rest)) {
      problems.push(`publishConfig.exports["${entry}"] must be exports["${entry}"] without "@curv/source"`);
    }
    if (!(manifest['size-limit'] ?? []).some(({ path }) => `./${path}` === target.default)) problems.push(`"size-limit" has no budget for ${target.default}`);
  }
  return problems;
}

function checkPackage(member) {
  const { short, folder, manifest } = member;
  const files = ['README.md', 'LICENSE', 'src/index.ts', 'rollup.config.js', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];
  const problems = files.filter((file) => !existsSync(join(folder, file))).map((file) => `${file} is missing`);
  if (manifest.name !== `@curv/${short}`) problems.push(`must be named @curv/${short}, is ${manifest.name}`);
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(manifest.version ?? '')) problems.push(`a release needs a version like 0.1.0, got ${manifest.version}`);
  if (manifest.license !== 'MIT') problems.push(`license must be MIT, is ${manifest.license}`);
  if (manifest.type !== 'module') problems.push('"type" must be "module"');
  problems.push(...checkEntries(member));
  for (const script of ['build', 'typecheck', 'test', 'check:pack', 'size']) if (!manifest.scripts?.[script]) problems.push(`script "${script}" is missing`);
  return problems.map((what) => `packages/${short}: ${what}`);
}

/** Tracked text files; outside a git checkout there are none to check. */
function tracked(root) {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

const TEXT = /\.(?:[cm]?[jt]sx?|json|ya?ml|md|html|sh|py|toml)$|^\.ci\/|^\.npmrc$/;
const REGISTRY = /\bhttps?:\/\/[\w.:-]*(?:registry|artifactory|nexus|verdaccio)[\w.:/-]*/i;
const HOME = /(?<![\w.:/])\/(?:home|Users)\/\w+\/|(?<![\w.:/])\/root\/|\b[A-Z]:\\Users\\/;

function checkTracked(root) {
  const here = [resolve(root), homedir()].filter((path) => path.split('/').length > 2);
  const checkLine = (text) => [...(REGISTRY.test(text) ? ['names a registry host'] : []), ...(HOME.test(text) || here.some((path) => text.includes(path)) ? ['names a path of a machine'] : [])];
  return tracked(root)
    .filter((name) => TEXT.test(name) && existsSync(join(root, name)))
    .flatMap((name) => readFileSync(join(root, name), 'utf8').split('\n').flatMap((text, at) => checkLine(text).map((why) => `${name}:${at + 1}: ${why}`)));
}

/** The violations in a checkout, one line each. */
export function house(root) {
  const members = packages(root);
  return [
    ...members.flatMap(({ folder }) => sources(join(folder, 'src')).flatMap((file) => checkSource(root, file))),
    ...members.filter(({ kind }) => kind === 'packages').flatMap(checkPackage),
    ...checkTracked(root),
  ];
}
