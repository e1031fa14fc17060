/**
 * Who may import whom. Arrows point down; engines are named in their own packages, in apps and in tests only.
 * Run in the root (or with a root as argument): prints each violation, exits 1 if there are any.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Floors, lowest first. A package may import packages of lower floors; `peers` of its own floor only where listed. */
const FLOORS = { tensor: 0, plugin: 0, linalg: 1, 'special-fns': 2, 'hessian-core': 3, optimizers: 4 };
/** Every other package is a domain. */
const DOMAIN = 5;
/** Engines import tensor alone. */
const ENGINES = ['tfjs', 'onnx'];
const ENGINE_LIBRARIES = /^(?:@tensorflow\/|onnxruntime-)/;

const root = process.argv[2] ?? process.cwd();
const problems = [];

function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Module names in import and export statements, type-only ones included, and in dynamic imports. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+)['"]/g)].map((m) => m[1]);
}

const packageOf = (name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
const floorOf = (short) => FLOORS[short] ?? DOMAIN;

/** Why `from` must not import `to` (short names of our packages), or null. */
function forbidden(from, to) {
  if (from === to) return null;
  if (ENGINES.includes(to)) return 'engines are chosen by apps and users, not imported by packages';
  if (ENGINES.includes(from)) return to === 'tensor' ? null : 'an engine imports tensor alone';
  if (from === 'tensor') return 'tensor imports nothing of ours';
  if (to === 'plugin' && from !== 'tensor') return null;
  return floorOf(to) < floorOf(from) ? null : floorOf(to) === DOMAIN ? 'a domain never imports another domain' : 'arrows point down only';
}

function check(kind, short, file, where, manifest) {
  const apps = existsSync(join(root, 'apps')) ? readdirSync(join(root, 'apps')) : [];
  for (const name of importsOf(file)) {
    if (name.startsWith('.') || name.startsWith('node:')) continue;
    const dependency = packageOf(name);
    const say = (why) => problems.push(`${relative(root, file)}: imports ${name}: ${why}`);
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...(where === 'test' && manifest.devDependencies), ...(kind === 'packages' && manifest.devDependencies?.[dependency] && isTypeOnly(file, name) && manifest.devDependencies) };
    if (dependency !== manifest.name && !(dependency in declared)) say('not declared in package.json');
    if (kind === 'packages' && where === 'src' && !ENGINES.includes(short) && ENGINE_LIBRARIES.test(name)) say('an engine is named where only tensor may be');
    if (!dependency.startsWith('@curv/')) continue;
    const target = dependency.slice('@curv/'.length);
    if (apps.includes(target)) say('nobody imports an app');
    else if (kind === 'packages' && where === 'src') {
      const why = forbidden(short, target);
      if (why) say(why);
    } else if (kind === 'apps' && where === 'src' && floorOf(target) === DOMAIN && !ENGINES.includes(target)) say('an app finds domains by discovery, not by name');
  }
}

const isTypeOnly = (file, name) => {
  const quoted = name.replace(/[/\\^$*+?.()|[\]{}]/g, '\\$&');
  const statements = readFileSync(file, 'utf8').match(new RegExp(`(?:import|export)[^;]*?['"]${quoted}['"]`, 'g')) ?? [];
  return statements.every((s) => /^(?:import|export)\s+type\b/.test(s));
};

for (const kind of ['packages', 'apps']) {
  const folder = join(root, kind);
  if (!existsSync(folder)) continue;
  for (const short of readdirSync(folder)) {
    const manifestFile = join(folder, short, 'package.json');
    if (!existsSync(manifestFile)) continue;
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (name.startsWith('@curv/') && !/^workspace:[\^~*]$/.test(range)) problems.push(`${relative(root, manifestFile)}: ${name} must be a workspace dependency, got ${range}`);
    }
    for (const where of ['src', 'test']) for (const file of sources(join(folder, short, where))) if (!file.includes('fixtures')) check(kind, short, file, where, manifest);
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`boundaries: ${problems.length} violations`);
  process.exit(1);
}
console.log('boundaries: ok');
