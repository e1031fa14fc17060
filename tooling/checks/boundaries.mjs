/**
 * Who may lean on whom, read from every import and every manifest. Run in the root (or with a root as argument): prints one line for each violation and
 * exits 1 if there are any.
 */
import { join, relative, resolve, sep } from 'node:path';
import { packages, report, root, sources, stringsOf } from './source.mjs';

/** Floors of packages/, lowest first; a package imports packages of lower floors only, never one of its own floor. */
const FLOORS = [
  ['tensor'], // imports nothing of ours
  ['plugin'], // the contract, in tensor's types
  ['linalg'],
  ['hessian-core', 'optimizers', 'special-fns'], // methods
];
/** Every package that is not named here is a domain: the top floor. */
const DOMAIN = FLOORS.length;
/** Engines plug in beside tensor and know only tensor. */
const ENGINES = ['tfjs', 'onnx'];
/** Only engines, apps and tests name these. */
const ENGINE_LIBRARIES = /^(?:@tensorflow\/|onnxruntime-|@jax-js\/)/;

const all = packages();
const apps = all.filter(({ kind }) => kind === 'apps').map(({ manifest }) => manifest.name);
const ours = new Map(all.map((member) => [member.manifest.name, member]));
const problems = [];

const packageOf = (name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
const isOurs = (name) => name.startsWith('@curv/');
const shortOf = (name) => packageOf(name).slice('@curv/'.length);
const floorOf = (short) => {
  const floor = FLOORS.findIndex((names) => names.includes(short));
  return floor < 0 ? DOMAIN : floor;
};

/** Why the source of `member` must not use the package `target`, or null. */
function forbidden({ kind, short }, target) {
  if (apps.includes(target)) return 'nobody imports an app';
  if (kind === 'apps') return isOurs(target) && !ENGINES.includes(shortOf(target)) && floorOf(shortOf(target)) === DOMAIN ? 'an app finds domains by discovery, not by name' : null;
  if (ENGINE_LIBRARIES.test(target)) return ENGINES.includes(short) ? null : 'engines are named in engine packages, apps and tests only';
  if (!isOurs(target)) return null;
  const to = shortOf(target);
  if (ENGINES.includes(short)) return to === 'tensor' ? null : 'an engine imports tensor alone';
  if (ENGINES.includes(to)) return 'engines are named in engine packages, apps and tests only';
  if (short === 'tensor') return 'tensor imports nothing of ours';
  if (floorOf(to) < floorOf(short)) return null;
  return floorOf(to) === DOMAIN && floorOf(short) === DOMAIN ? 'a domain never imports another domain' : 'arrows point down only';
}

/** Whether a package of ours offers the module to others; true for packages that are not in this checkout. */
function isPublic(name) {
  const exported = ours.get(packageOf(name))?.manifest.exports;
  return exported === undefined || `.${name.slice(packageOf(name).length)}` in exported;
}

function checkFile(member, file, place) {
  const { manifest, folder } = member;
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies, ...(place !== 'src' && manifest.devDependencies) };
  for (const { name, module, line } of stringsOf(file)) {
    const say = (why) => problems.push(`${relative(root, file)}:${line}: ${name}: ${why}`);
    const target = packageOf(name);
    // Named in any string, so that `require` and `import.meta.resolve` are seen too.
    const why = place === 'src' && target !== manifest.name && (isOurs(name) || ENGINE_LIBRARIES.test(name)) && /^[@\w/.-]+$/.test(name) ? forbidden(member, target) : null;
    if (why) say(why);
    if (!module || name.startsWith('node:')) continue;
    if (name.startsWith('.')) {
      if (!resolve(file, '..', name).startsWith(resolve(folder) + sep)) say('a path that leaves the package');
      continue;
    }
    if (target !== manifest.name && !(target in declared)) say(`not declared in ${relative(root, join(folder, 'package.json'))}`);
    if (isOurs(name) && !isPublic(name)) say('not a public entry of that package');
    if (place === 'test' && apps.includes(target) && target !== manifest.name) say('nobody imports an app');
  }
}

function checkManifest(member) {
  const { manifest, folder } = member;
  const where = relative(root, join(folder, 'package.json'));
  for (const [name, range] of Object.entries({ ...manifest.devDependencies, ...manifest.peerDependencies, ...manifest.dependencies })) {
    if (isOurs(name) && range !== 'workspace:^') problems.push(`${where}: ${name} must be "workspace:^", got "${range}"`);
  }
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies })) {
    const why = forbidden(member, name);
    if (why) problems.push(`${where}: depends on ${name}: ${why}`);
  }
}

for (const member of all) {
  checkManifest(member);
  for (const file of sources(member.folder)) {
    const place = relative(member.folder, file).split(sep)[0];
    checkFile(member, file, place === 'src' ? 'src' : place === 'test' ? 'test' : 'configuration');
  }
}
report('boundaries', problems);
