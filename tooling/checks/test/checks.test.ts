import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundaries } from '../boundaries.mjs';
import { house } from '../house.mjs';

const here = dirname(fileURLToPath(import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'curv checks '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

function run(script: string, args: string[] = [root], env: NodeJS.ProcessEnv = process.env): { status: number; text: string } {
  try {
    return { status: 0, text: execFileSync(process.execPath, [join(here, '..', script), ...args], { encoding: 'utf8', stdio: 'pipe', env }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, text: stdout + stderr };
  }
}

const manifest = (name: string, more: object = {}): string => JSON.stringify({ name: `@curv/${name}`, ...more });
const using = (...names: string[]): object => ({ dependencies: Object.fromEntries(names.map((name) => [name, name.startsWith('@curv/') ? 'workspace:^' : '1.0.0'])) });

describe('boundaries', () => {
  it('passes arrows that point down, engines in tests, and plugins in apps', () => {
    write({
      'packages/tensor/package.json': manifest('tensor', { exports: { '.': {}, './conformance': {} } }),
      'packages/tensor/src/index.ts': "export * from './a.js';\nexport type { B } from '../src/b.js';",
      'packages/plugin/package.json': manifest('plugin', using('@curv/tensor')),
      'packages/plugin/src/a.ts': "import type { Engine } from '@curv/tensor';",
      'packages/hessian-core/package.json': manifest('hessian-core', { ...using('@curv/tensor', '@curv/linalg'), devDependencies: { '@curv/tfjs': 'workspace:^', vitest: '4' } }),
      'packages/hessian-core/src/index.ts': "import { readFileSync } from 'node:fs';\nimport { a } from '@curv/tensor';\nimport type { B } from '@curv/linalg';",
      'packages/hessian-core/test/a.test.ts': "import 'vitest';\nimport '@curv/tfjs';\nimport '@curv/tensor/conformance';\nimport '../src/index.js';",
      'packages/tfjs/package.json': manifest('tfjs', using('@curv/tensor', '@tensorflow/tfjs-core')),
      'packages/tfjs/src/index.ts': "import '@curv/tensor';\nimport * as tf from '@tensorflow/tfjs-core';",
      'packages/transport/package.json': manifest('transport', using('@curv/optimizers', '@curv/plugin')),
      'packages/transport/src/a.ts': "import '@curv/optimizers';\nconst p = import('@curv/plugin');",
      'apps/cli/package.json': manifest('cli', using('@curv/hessian-core', '@curv/tfjs')),
      'apps/cli/src/a.ts': "import '@curv/hessian-core';\nimport '@curv/tfjs';\nimport '@curv/cli';",
    });
    expect(boundaries(root)).toEqual([]);
  });

  it.each([
    ['tensor', '@curv/linalg', 'tensor imports nothing of ours'],
    ['linalg', '@curv/hessian-core', 'arrows point down only'],
    ['hessian-core', '@curv/optimizers', 'arrows point down only'],
    ['plugin', '@curv/linalg', 'arrows point down only'],
    ['transport', '@curv/rl', 'a domain never imports another domain'],
    ['linalg', '@curv/tfjs', 'engines are named in engine packages, apps and tests only'],
    ['tfjs', '@curv/linalg', 'an engine imports tensor and the plugin contract alone'],
    ['tfjs', '@curv/onnx', 'an engine imports tensor and the plugin contract alone'],
    ['hessian-core', '@tensorflow/tfjs-core', 'engines are named in engine packages, apps and tests only'],
    ['hessian-core', 'onnxruntime-node', 'engines are named in engine packages, apps and tests only'],
    ['hessian-core', '@curv/cli', 'nobody imports an app'],
  ])('refuses %s importing %s, in every form of import', (name, target, why) => {
    const forms = [`import '${target}';`, `import type { A } from '${target}';`, `export * from "${target}";`, `const a = await import('${target}');`, `let b: import('${target}').B;`, `require('${target}');`];
    write({
      'apps/cli/package.json': manifest('cli'),
      [`packages/${name}/package.json`]: manifest(name, { ...using(target) }),
      [`packages/${name}/src/a.ts`]: forms.join('\n'),
    });
    expect(boundaries(root)).toEqual([
      `packages/${name}/package.json: depends on ${target}: ${why}`,
      ...forms.map((_, line) => `packages/${name}/src/a.ts:${line + 1}: ${target}: ${why}`),
    ]);
  });

  it('refuses an app that names a domain, an import that is not declared, and a fixed version of our own', () => {
    write({
      'apps/cli/package.json': manifest('cli', { dependencies: { '@curv/transport': '1.0.0' }, devDependencies: { fflate: '1' } }),
      'apps/cli/src/a.ts': "import '@curv/transport';\nimport 'commander';\nimport { zip } from 'fflate';",
    });
    expect(boundaries(root)).toEqual([
      'apps/cli/package.json: @curv/transport must be "workspace:^", got "1.0.0"',
      'apps/cli/package.json: depends on @curv/transport: an app finds domains by discovery, not by name',
      'apps/cli/src/a.ts:1: @curv/transport: an app finds domains by discovery, not by name',
      'apps/cli/src/a.ts:2: commander: not declared in apps/cli/package.json',
      'apps/cli/src/a.ts:3: fflate: not declared in apps/cli/package.json',
    ]);
  });

  it('refuses private entries, paths out of the package, and apps in tests', () => {
    write({
      'apps/cli/package.json': manifest('cli'),
      'packages/tensor/package.json': manifest('tensor', { exports: { '.': {}, './package.json': './package.json' } }),
      'packages/linalg/package.json': manifest('linalg', { ...using('@curv/tensor'), devDependencies: { '@curv/cli': 'workspace:^' } }),
      'packages/linalg/src/a.ts': "import '@curv/tensor/src/trace.js';\nimport '../../tensor/src/index.js';\nimport '../package.json';",
      'packages/linalg/test/a.test.ts': "import '@curv/cli';",
    });
    expect(boundaries(root)).toEqual([
      'packages/linalg/src/a.ts:1: @curv/tensor/src/trace.js: not a public entry of that package',
      'packages/linalg/src/a.ts:2: ../../tensor/src/index.js: a path that leaves the package',
      'packages/linalg/test/a.test.ts:1: @curv/cli: nobody imports an app',
    ]);
  });

  it('does not take comments and texts for imports', () => {
    write({
      'packages/tensor/package.json': manifest('tensor'),
      'packages/tensor/src/a.ts': "// import '@curv/linalg'\n/* from 'x' */\nthrow new Error('add one from \\'@curv/tfjs\\' first');\nconst text = `import 'commander'`;",
    });
    expect(boundaries(root)).toEqual([]);
  });
});

describe('house rules', () => {
  const entry = { types: './dist/index.d.ts', default: './dist/index.js' };
  const sound: Record<string, string> = {
    'packages/a/package.json': manifest('a', {
      version: '0.1.0',
      license: 'MIT',
      type: 'module',
      exports: { '.': { '@curv/source': './src/index.ts', ...entry }, './package.json': './package.json' },
      publishConfig: { exports: { '.': entry, './package.json': './package.json' } },
      scripts: { build: '-', typecheck: '-', test: '-', 'check:pack': '-', size: '-' },
      'size-limit': [{ path: 'dist/index.js', limit: '1 kB' }],
    }),
    'packages/a/src/index.ts': "/** All. */\nexport { b } from './b.js';\nexport {\n  c,\n  d,\n} from './c.js';\nexport type * from './api.js';\n",
    ...Object.fromEntries(['README.md', 'LICENSE', 'rollup.config.js', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'].map((file) => [`packages/a/${file}`, '-'])),
  };
  const lines = (count: number): string => Array.from({ length: count }, (_, i) => `// a comment\n\nexport const x${i} = ${i}; /* and\nanother */`).join('\n');
  const track = (): void => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '-A'], { cwd: root });
  };

  it('passes a sound package, 250 lines of code, and Math.random outside of sources', () => {
    write({ ...sound, 'packages/a/src/long.ts': lines(250), 'packages/a/test/a.test.ts': 'Math.random();', 'packages/a/src/golden/table.ts': lines(300) });
    track();
    expect(house(root)).toEqual([]);
  });

  it.each([
    ['packages/a/src/long.ts', lines(251), 'packages/a/src/long.ts: 251 code lines, at most 250: is it still one thing?'],
    ['packages/a/src/b.ts', 'export const x = Math.random();', 'packages/a/src/b.ts: Math.random: randomness is seeded and passed in'],
    ['packages/a/src/b.ts', "const draw = Math['random'];", 'packages/a/src/b.ts: Math.random: randomness is seeded and passed in'],
    ['packages/a/src/index.ts', "export { b } from './b.js';\nexport const x = 1;", 'packages/a/src/index.ts: an index only re-exports'],
    ['packages/a/src/sub/index.ts', "import './b.js';", 'packages/a/src/sub/index.ts: an index only re-exports'],
  ])('refuses %s where it should', (file, text, why) => {
    write({ ...sound, [file]: text });
    expect(house(root)).toEqual([why]);
  });

  it.each(['README.md', 'LICENSE', 'src/index.ts'])('refuses a package without %s', (file) => {
    const { [`packages/a/${file}`]: _, ...rest } = sound;
    write(rest);
    expect(house(root)).toContain(`packages/a: ${file} is missing`);
  });

  it('refuses a manifest that cannot be released', () => {
    write({ ...sound, 'packages/a/package.json': manifest('b', { version: '1', exports: { '.': { '@curv/source': './src/none.ts', ...entry } }, publishConfig: { exports: {} } }) });
    expect(house(root)).toEqual([
      'packages/a: must be named @curv/a, is @curv/b',
      'packages/a: a release needs a version like 0.1.0, got 1',
      'packages/a: license must be MIT, is undefined',
      'packages/a: "type" must be "module"',
      'packages/a: exports["."]["@curv/source"] names no file: ./src/none.ts',
      'packages/a: publishConfig.exports["."] must be exports["."] without "@curv/source"',
      'packages/a: "size-limit" has no budget for ./dist/index.js',
      'packages/a: script "build" is missing',
      'packages/a: script "typecheck" is missing',
      'packages/a: script "test" is missing',
      'packages/a: script "check:pack" is missing',
      'packages/a: script "size" is missing',
    ]);
  });

  it('refuses paths of a machine and registry hosts in tracked files only', () => {
    write({
      ...sound,
      'notes.md': `see\n${'/home'}/somebody/file and ${root}/x`,
      'pnpm-lock.yaml': `tarball: ${'https'}://registry.example.org/a.tgz`,
      'page.md': 'a page at https://example.org/home/user/, a folder src/home/user/',
    });
    track();
    write({ 'untracked.md': `${'/home'}/somebody/file` });
    expect(house(root)).toEqual(['notes.md:2: names a path of a machine', 'pnpm-lock.yaml:1: names a registry host']);
  });
});

describe('summary', () => {
  const left = (name: string, summary: object): Record<string, string> => ({
    [`packages/${name}/package.json`]: manifest(name, { scripts: { test: 'vitest run' } }),
    [`packages/${name}/node_modules/.cache/vitest/summary.json`]: JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: true, ...summary }),
  });

  it('adds up, and names what was skipped before the closing line', () => {
    write({ ...left('a', { numPassedTests: 3 }), ...left('b', { numPassedTests: 4, numPendingTests: 2 }), 'packages/c/package.json': manifest('c') });
    expect(run('summary.mjs')).toEqual({ status: 0, text: 'packages/a: 3 tests passed\npackages/b: 4 tests passed, 2 skipped\n2 tests were skipped\n7 passed, 0 failed\n' });
  });

  it.each([
    ['a failed test', { numPassedTests: 3, numFailedTests: 2, success: false }, '3 passed, 2 failed'],
    ['a file that could not be loaded', { numPassedTests: 3, success: false }, '3 passed, 1 failed'],
    ['no test at all', { success: true }, '0 passed, 1 failed'],
  ])('counts %s as a failure', (_, summary, closing) => {
    write(left('a', summary));
    const { status, text } = run('summary.mjs');
    expect([status, text.trim().split('\n').at(-1)]).toEqual([1, closing]);
  });

  it('counts a package that left nothing, also after --clear, as a failure', () => {
    write(left('a', { numPassedTests: 3 }));
    expect(run('summary.mjs', ['--clear', root]).status).toBe(0);
    expect(run('summary.mjs')).toEqual({ status: 1, text: 'packages/a: 0 tests passed, 1 failed (left no summary)\n0 passed, 1 failed\n' });
  });
});

describe('new-package', () => {
  const make = (...args: string[]): { status: number; text: string } => run('../new-package.mjs', args, { ...process.env, CURV_ROOT: root });

  it('writes a complete package', () => {
    write({ LICENSE: 'MIT' });
    expect(make('fast-things').status).toBe(0);
    for (const file of ['package.json', 'src/index.ts', 'src/plugin.ts', 'test/rosenbrock.test.ts', 'README.md', 'tsconfig.json', 'rollup.config.js']) {
      expect(existsSync(join(root, 'packages/fast-things', file))).toBe(true);
    }
    expect(existsSync(join(root, '.changeset/new-fast-things.md'))).toBe(true);
    expect(house(root)).toEqual([]);
    write({ 'packages/tensor/package.json': manifest('tensor'), 'packages/plugin/package.json': manifest('plugin') });
    expect(boundaries(root)).toEqual([]);
  });

  it('enters a method on its floor', () => {
    mkdirSync(join(root, 'tooling/checks'), { recursive: true });
    copyFileSync(join(here, '../boundaries.mjs'), join(root, 'tooling/checks/boundaries.mjs'));
    write({ LICENSE: 'MIT' });
    const floor = (): string[] => /\[(.*)\], \/\/ methods/.exec(readFileSync(join(root, 'tooling/checks/boundaries.mjs'), 'utf8'))![1]!.split(', ');
    const before = floor();
    expect(make('fast-things', '--kind', 'method', '--title', 'Fast').status).toBe(0);
    expect(floor()).toEqual([...before, "'fast-things'"].sort());
  });

  it.each([
    [['Fast'], /lower-case words joined by hyphens/],
    [['../x'], /lower-case words/],
    [[], /expected one name, got 0/],
    [['a', 'b'], /expected one name, got 2/],
    [['a', '--colour'], /Unknown option '--colour'/],
    [['a', '--kind', 'engine'], /--kind: expected domain or method, got "engine"/],
  ])('refuses %j', (args, why) => {
    write({ LICENSE: 'MIT' });
    const { status, text } = make(...args);
    expect(status).toBe(2);
    expect(text).toMatch(why);
    expect(existsSync(join(root, 'packages'))).toBe(false);
  });

  it.each(['packages', 'apps'])('refuses to overwrite what is in %s', (kind) => {
    write({ LICENSE: 'MIT', [`${kind}/taken/package.json`]: '{}' });
    expect(make('taken')).toMatchObject({ status: 2, text: expect.stringContaining(`${kind}/taken exists already`) });
  });
});
