/** Who may lean on whom, read from every import and every manifest. Part of `pnpm lint`. */
import { join, relative, resolve, sep } from 'node:path';
import { packages, sources, stringsOf } from './source.mjs';

/** Floors of packages/, lowest first; a package imports packages of lower floors only, never one of its own floor. */
const FLOORS = [
  ['tensor'], // imports nothing of ours
  ['plugin'], // the contract, in tensor's types
  ['linalg'],
  ['hessian-core', 'optimizers', 'special-fns'], // methods
];
/** Every package that is not named here is a domain: the top floor. */
const DOMAIN = FLOORS.length;
/** Engines plug in beside tensor and know only tensor, and the contract for what they show. */
const ENGINES = ['tfjs', 'onnx'];
/** Only engines, apps and tests name these. */
const ENGINE_LIBRARIES = /^(?:@tensorflow\/|onnxruntime-|@jax-js\/)/;

const packageOf = (name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
const isOurs = (name) => name.startsWith('@curv/');
const shortOf = (name) => packageOf(name).slice('@curv/'.length);
const floorOf = (short) => {
  const floor = FLOORS.findIndex((names) => names.includes(short));
  return floor < 0 ? DOMAIN : floor;
};

/** Why the source of a package or app must not use the package `target`, or null. */
function forbidden({ kind, short }, target, apps) {
  const to = shortOf(target);
  if (apps.includes(target)) return 'nobody imports an app';
  if (kind === 'apps') return isOurs(target) && !ENGINES.includes(to) && floorOf(to) === DOMAIN ? 'an app finds domains by discovery, not by name' : null;
  if (ENGINE_LIBRARIES.test(target)) return ENGINES.includes(short) ? null : 'engines are named in engine packages, apps and tests only';
  if (!isOurs(target)) return null;
  if (ENGINES.includes(short)) return ['tensor', 'plugin'].includes(to) ? null : 'an engine imports tensor and the plugin contract alone';
  if (ENGINES.includes(to)) return 'engines are named in engine packages, apps and tests only';
  if (short === 'tensor') return 'tensor imports nothing of ours';
  if (floorOf(to) < floorOf(short)) return null;
  return floorOf(to) === DOMAIN && floorOf(short) === DOMAIN ? 'a domain never imports another domain' : 'arrows point down only';
}

/** The violations in a checkout, one line each. */
export function boundaries(root) {
  const all = packages(root);
  const apps = all.filter(({ kind }) => kind === 'apps').map(({ manifest }) => manifest.name);
  const ours = new Map(all.map((member) => [member.manifest.name, member]));

  /** Whether a package of ours offers the module to others; true for packages that are not in this checkout. */
  const isPublic = (name) => {
    const exported = ours.get(packageOf(name))?.manifest.exports;
    return exported === undefined || `.${name.slice(packageOf(name).length)}` in exported;
  };

  const checkString = (member, file, place, { name, module }) => {
    const { manifest, folder } = member;
    const target = packageOf(name);
    const why = [];
    if (module && name.startsWith('.') && !resolve(file, '..', name).startsWith(resolve(folder) + sep)) why.push('a path that leaves the package');
    if (name.startsWith('.') || name.startsWith('node:') || name.startsWith('virtual:') || target === manifest.name) return why;
    // Named in any string, so that `require` and `import.meta.resolve` are seen too.
    const named = (isOurs(name) || ENGINE_LIBRARIES.test(name)) && /^[@\w/.-]+$/.test(name);
    if (place === 'src' && named) why.push(forbidden(member, target, apps));
    if (!module) return why;
    const inlined = target.startsWith('@curv-internal/');
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies, ...((place !== 'src' || inlined) && manifest.devDependencies) };
    if (!(target in declared)) why.push(`not declared in ${relative(root, join(folder, 'package.json'))}`);
    if (isOurs(name) && !isPublic(name)) why.push('not a public entry of that package');
    if (place === 'test' && apps.includes(target)) why.push('nobody imports an app');
    return why;
  };

  const checkFile = (member, file) => {
    const [top] = relative(member.folder, file).split(sep);
    const place = top === 'src' || top === 'test' ? top : 'configuration';
    return stringsOf(file).flatMap((text) =>
      checkString(member, file, place, text)
        .filter((why) => why !== null)
        .map((why) => `${relative(root, file)}:${text.line}: ${text.name}: ${why}`),
    );
  };

  const checkManifest = (member) => {
    const { dependencies, devDependencies, peerDependencies, optionalDependencies } = member.manifest;
    const where = relative(root, join(member.folder, 'package.json'));
    const ranges = Object.entries({ ...devDependencies, ...peerDependencies, ...dependencies })
      .filter(([name, range]) => isOurs(name) && range !== 'workspace:^')
      .map(([name, range]) => `${where}: ${name} must be "workspace:^", got "${range}"`);
    const arrows = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).flatMap((name) => {
      const why = forbidden(member, name, apps);
      return why ? [`${where}: depends on ${name}: ${why}`] : [];
    });
    return [...ranges, ...arrows];
  };

  return all.flatMap((member) => [...checkManifest(member), ...sources(member.folder).flatMap((file) => checkFile(member, file))]);
}
