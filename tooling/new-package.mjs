/**
 * `pnpm new-package NAME [--kind domain|method] [--title TEXT]`: a complete package under packages/, ready to build, test, lint and pack, with a plugin
 * manifest, a first demo, and a changeset. A method package is entered on its floor in `tooling/checks/boundaries.mjs`; a domain needs no entry. Refuses
 * names that are taken or not fit for npm.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = process.env.CURV_ROOT ?? dirname(dirname(fileURLToPath(import.meta.url)));

function fail(message) {
  console.error(`new-package: ${message}`);
  process.exit(2);
}

function argumentsOf() {
  try {
    return parseArgs({ options: { kind: { type: 'string', default: 'domain' }, title: { type: 'string' }, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  } catch (error) {
    return fail(error.message);
  }
}

const { values, positionals } = argumentsOf();
if (values.help) {
  console.log('usage: pnpm new-package NAME [--kind domain|method] [--title TEXT]\n\nMakes packages/NAME, published as @curv/NAME. Methods are what domains are built from.');
  process.exit(0);
}
const [name] = positionals;
if (positionals.length !== 1) fail(`expected one name, got ${positionals.length}`);
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) fail(`a name is lower-case words joined by hyphens, such as "special-fns"; got "${name}"`);
if (!['domain', 'method'].includes(values.kind)) fail(`--kind: expected domain or method, got "${values.kind}"`);
const folder = join(root, 'packages', name);
for (const kind of ['packages', 'apps']) if (existsSync(join(root, kind, name))) fail(`${kind}/${name} exists already`);
const title = values.title ?? name.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join(' ');
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const entry = (file) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });

const manifest = {
  name: `@curv/${name}`,
  version: '0.0.0',
  description: `${title}.`,
  keywords: ['curvature', 'curv-plugin'],
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  files: ['dist', '!dist/.types', 'LICENSE', 'README.md'],
  exports: {
    '.': { '@curv/source': './src/index.ts', ...entry('index') },
    './plugin': { '@curv/source': './src/plugin.ts', ...entry('plugin') },
    './package.json': './package.json',
  },
  publishConfig: { access: 'public', exports: { '.': entry('index'), './plugin': entry('plugin'), './package.json': './package.json' } },
  curv: { api: 1, plugin: './plugin', title },
  scripts: {
    build: 'node ../../tooling/config/build.mjs',
    typecheck: 'node ../../node_modules/typescript7/bin/tsc -p tsconfig.json',
    test: 'vitest run',
    'check:pack': 'node ../../tooling/checks/pack.mjs',
    size: 'node ../../tooling/checks/size.mjs',
  },
  dependencies: { '@curv/plugin': 'workspace:^', '@curv/tensor': 'workspace:^' },
  devDependencies: { '@curv-internal/config': 'workspace:*', '@types/node': 'catalog:', vitest: 'catalog:' },
  'size-limit': ['index', 'plugin'].map((file) => ({ path: `dist/${file}.js`, limit: '10 kB', gzip: true })),
};

const files = {
  'package.json': json(manifest),
  'tsconfig.json': json({ extends: '../../tsconfig.base.json', compilerOptions: { types: ['node'] }, include: ['src', 'test'] }),
  'tsconfig.build.json': json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { noEmit: false, emitDeclarationOnly: true, rootDir: 'src', outDir: 'dist/.types' },
    include: ['src'],
  }),
  'rollup.config.js': "import config from '@curv-internal/config/rollup';\n\nexport default config();\n",
  'vitest.config.ts': "import config from '@curv-internal/config/vitest';\n\nexport default config();\n",
  LICENSE: readFileSync(join(root, 'LICENSE'), 'utf8'),
  'README.md': `# \`@curv/${name}\`\n\n${title}.\n\n\`\`\`\nnpm install @curv/${name} @curv/tensor\n\`\`\`\n`,
  'src/index.ts': "export { rosenbrock } from './rosenbrock.js';\n",
  'src/rosenbrock.ts': `/** A first function, to be replaced: Rosenbrock's valley. */
import type { Tensor } from '@curv/tensor';

/** (1 − x)² + 100 (y − x²)² of a vector [x, y] (Rosenbrock 1960). */
export function rosenbrock(point: Tensor): Tensor {
  const x = point.slice([0], [1]);
  const y = point.slice([1], [2]);
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100)).sum();
}
`,
  'src/plugin.ts': `/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const valley: Demo<any> = defineDemo({
  title: 'Down the valley',
  summary: 'Gradient descent on the Rosenbrock function.',
  params: { steps: { type: 'int', default: 100, min: 1, max: 10_000 } },
  async load() {
    const [{ grad, tensor }, { rosenbrock }] = await Promise.all([import('@curv/tensor'), import('./rosenbrock.js')]);
    return async function* run({ steps }, { signal }) {
      let point = tensor([-1, 1], [2], 'float64');
      for (let step = 1; step <= steps; step++) {
        signal.throwIfAborted();
        point = point.sub(grad(rosenbrock)(point).mul(1e-3));
        yield { kind: 'metric' as const, step, values: { value: (await rosenbrock(point).data())[0]! } };
      }
    };
  },
});

const plugin: CurvPlugin = { api: 1, name: '@curv/${name}', contributes: { demos: { valley } } };
export default plugin;
`,
  'test/rosenbrock.test.ts': `import { grad, hvp, tensor } from '@curv/tensor';
import { expect, it } from 'vitest';
import { rosenbrock } from '../src/index.js';

it('has its minimum at (1, 1), with the Hessian [[802, −400], [−400, 200]]', () => {
  const point = tensor([1, 1], [2], 'float64');
  expect([...grad(rosenbrock)(point).dataSync()]).toEqual([0, 0]);
  expect([...hvp(rosenbrock)(point, tensor([1, 0], [2], 'float64')).dataSync()]).toEqual([802, -400]);
});
`,
};
/** Puts the name among the methods in the table of floors. */
function enterFloor() {
  const file = join(root, 'tooling', 'checks', 'boundaries.mjs');
  const text = readFileSync(file, 'utf8');
  const line = /^ {2}\[(.*)\], \/\/ methods$/m;
  const names = line.exec(text)?.[1];
  if (names === undefined) fail('tooling/checks/boundaries.mjs has no line of methods any more');
  if (!names.includes(`'${name}'`)) writeFileSync(file, text.replace(line, `  [${[...names.split(', '), `'${name}'`].sort().join(', ')}], // methods`));
}
if (values.kind === 'method') enterFloor();

for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}
mkdirSync(join(root, '.changeset'), { recursive: true });
writeFileSync(join(root, '.changeset', `new-${name}.md`), `---\n'@curv/${name}': minor\n---\n\nFirst version.\n`);
console.log(`packages/${name} is ready. Next:
  pnpm install
  pnpm turbo run build test typecheck check:pack size --filter=@curv/${name}`);
